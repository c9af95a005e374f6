package dev.traininghealth.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.CapturedLog;
import java.util.concurrent.atomic.AtomicLong;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A storage that blocks or is slow is told once. */
class GuardedStorageTest {
  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong now = new AtomicLong();
  private final CapturedLog log = new CapturedLog(GuardedStorage.class);
  private final GuardedStorage storage = new GuardedStorage(new InMemoryStatsStorage(), now::get);

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
}
