package dev.traininghealth.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.record.SegmentRecord;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RecorderThreadTest {
  private static final long MILLI = 1_000_000;

  private final Object adding = new Object();
  private final BlockingQueue<Thread> puts = new LinkedBlockingQueue<>();
  private volatile boolean failing;

  private final RecorderThread thread =
      new RecorderThread(new Idle(), adding, MILLI, Duration.ofSeconds(30).toNanos());

  /** Work that never has anything to do. */
  private final class Idle implements RecorderThread.Work {
    @Override
    public void flushing(FlushReason reason) {}

    @Override
    public void gather() {}

    @Override
    public boolean hasMore() {
      return false;
    }

    @Override
    public boolean put() {
      puts.add(Thread.currentThread());
      if (failing) {
        throw new IllegalStateException("planned");
      }
      return false;
    }

    @Override
    public void awaitDelivery(long maxNanos, boolean last) {}

    @Override
    public boolean isAllPut() {
      return true;
    }

    @Override
    public String missing() {
      return "";
    }

    @Override
    public void checkAnswer() {}

    @Override
    public String storage() {
      return "idle";
    }

    @Override
    public long puts() {
      return 0;
    }

    @Override
    public long onceNanos() {
      return 0;
    }
  }

  private Thread start() throws InterruptedException {
    synchronized (adding) {
      thread.start();
    }
    return puts.take();
  }

  private void flush() {
    thread.awaitFlush(thread.beginFlush(FlushReason.REQUESTED), System.nanoTime());
  }

  @Test
  void shouldEndWhenThereIsNothingToDoAndBeginAnew() throws Exception {
    Thread first = start();
    assertThat(first.isDaemon()).isTrue();
    first.join();
    puts.clear();
    Thread second = start();
    assertThat(second).isNotSameAs(first);
    second.join();
  }

  @Test
  void shouldBeginAnewAfterAFailureAndLetNobodyWait() throws Exception {
    failing = true;
    flush();
    puts.take().join();
    failing = false;
    puts.clear();
    flush();
    assertThat(puts).isNotEmpty();
  }

  @Test
  void shouldKeepOneThreadWhileItIsNeeded() throws Exception {
    Thread first = start();
    for (int i = 0; i < 5; i++) {
      flush();
    }
    synchronized (adding) {
      thread.end();
    }
    first.join();
    assertThat(puts).hasSizeGreaterThanOrEqualTo(5);
  }

  /** A listener has no end that it hears of; what it leaves behind must be collected. */
  @Test
  void shouldNotKeepARecorderThatNobodyNeeds() throws Exception {
    FakeRouter router = new FakeRouter();
    WeakReference<Recorder> recorder = new WeakReference<>(usedRecorder(router));
    Objects.requireNonNull(router.caller).join();
    while (recorder.get() != null) {
      System.gc();
    }
    assertThat(recorder.get()).isNull();
  }

  /** As of a listener that nobody closes, whose storage was closed before the training ended. */
  @Test
  void shouldEndThoughAStorageNeverTakesTheLastRowsAndPutThemLater() throws Exception {
    FakeRouter router = new FakeRouter();
    Recorder recorder = usedRecorder(router);
    router.failure = new IllegalAccessError("store was closed");
    recorder.record(new Measurements(RecordFixtures.denseLayout(1)).at(1, 1_001));
    recorder.flush();
    Objects.requireNonNull(router.caller).join();

    router.failure = null;
    recorder.flush();
    assertThat(router.puts)
        .filteredOn(put -> put instanceof SegmentRecord)
        .last(InstanceOfAssertFactories.type(SegmentRecord.class))
        .satisfies(record -> assertThat(record.segment().rows()).isEqualTo(2));
  }

  private static Recorder usedRecorder(FakeRouter router) {
    NetworkLayout layout = RecordFixtures.denseLayout(1);
    Recorder recorder =
        new Recorder(
            layout,
            Map.of(),
            "MultiLayerNetwork",
            110,
            () -> "{}",
            router,
            "s",
            "w",
            new Recorder.Settings(Duration.ofMillis(1), true, ""));
    recorder.record(new Measurements(layout).at(0, 1_000));
    recorder.flush();
    return recorder;
  }
}
