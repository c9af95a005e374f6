package dev.traininghealth.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.CapturedLog;
import dev.traininghealth.record.SegmentRecord;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;
import org.deeplearning4j.core.storage.impl.RemoteUIStatsStorageRouter;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A storage that blocks or is slow is told once. */
class GuardedStorageTest {
  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong now = new AtomicLong();
  private final CapturedLog log = new CapturedLog(GuardedStorage.class);
  private final GuardedStorage storage =
      new GuardedStorage(new InMemoryStatsStorage(), null, now::get);

  @AfterEach
  void stopListening() {
    log.close();
  }

  @Test
  void shouldWarnOnceWhileACallHasNoAnswer() {
    storage.put(
        router -> {
          now.addAndGet(4 * SECOND);
          storage.checkAnswer();
          assertThat(log.warnings()).isEmpty();
          now.addAndGet(3 * SECOND);
          storage.checkAnswer();
          storage.checkAnswer();
        });
    assertThat(log.warnings()).singleElement().asString().contains("has not answered for 7 s");
  }

  @Test
  void shouldWarnOnceOfSlowCalls() {
    for (int i = 0; i < 6; i++) {
      storage.put(router -> now.addAndGet(2 * SECOND));
    }
    assertThat(log.warnings()).singleElement().asString().contains("more than a second");
  }

  @Test
  void shouldNotWarnOfSingleSlowCallsOrBetweenCalls() {
    for (int i = 0; i < 6; i++) {
      storage.put(router -> now.addAndGet(2 * SECOND));
      storage.put(router -> now.addAndGet(SECOND / 10));
      now.addAndGet(60 * SECOND);
      storage.checkAnswer();
    }
    assertThat(log.warnings()).isEmpty();
  }

  /** The queue of DL4J's remote router has no limit. */
  @Test
  void shouldNotWriteToARemoteRouterInWhichManyRecordsWait() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        RemoteUIStatsStorageRouter router =
            new RemoteUIStatsStorageRouter("http://localhost:" + silent.getLocalPort())) {
      GuardedStorage remote = new GuardedStorage(router);
      remote.put(r -> r.putUpdate(new SegmentRecord()));
      try (Socket waiting = silent.accept()) { // from here on DL4J's thread waits for an answer
        assertThat(waiting.isConnected()).isTrue();
        int put = 1;
        while (remote.isReady() && put < 10_000) {
          remote.put(r -> r.putUpdate(new SegmentRecord()));
          put++;
        }
        assertThat(put).isBetween(GuardedStorage.MAX_WAITING, GuardedStorage.MAX_WAITING + 2);
        assertThat(remote.isDelivered()).isFalse();
        assertThat(remote.isReady()).isFalse();
      }
      assertThat(log.warnings())
          .singleElement()
          .asString()
          .contains("records wait in it")
          .contains("enableRemoteListener()");
    }
  }

  @Test
  void shouldNotTakeAnotherRouterForARemoteOne() {
    assertThat(storage.isReady()).isTrue();
    assertThat(storage.isDelivered()).isTrue();
    assertThat(storage.takeLoss()).isFalse();
  }

  /** If DL4J renames them, what a remote router drops is lost. */
  @Test
  void shouldFindTheFieldsOfTheRemoteRouter() throws IOException {
    try (RemoteUIStatsStorageRouter router = new RemoteUIStatsStorageRouter("http://localhost:1")) {
      RemoteDelivery delivery = RemoteDelivery.of(router);
      assertThat(delivery).isNotNull();
      assertThat(delivery.state()).isEqualTo(RemoteDelivery.State.IDLE);
      router.shutdown();
      assertThat(delivery.state()).isEqualTo(RemoteDelivery.State.ENDED);
    }
  }

  @Test
  void shouldReportWhatCannotBePrinted() {
    RuntimeException unprintable =
        new RuntimeException() {
          private static final long serialVersionUID = 1L;

          @Override
          public String getMessage() {
            throw new IllegalStateException("not printable");
          }
        };
    assertThat(
            storage.put(
                router -> {
                  throw unprintable;
                }))
        .isFalse();
    assertThat(log.warnings())
        .singleElement()
        .asString()
        .contains(unprintable.getClass().getName());
  }
}
