package dev.traininghealth.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.CapturedLog;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.record.DiagnosisRecord;
import dev.traininghealth.record.HealthRecord;
import dev.traininghealth.record.InterventionRecord;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a storage did not take in time is told. */
@Timeout(60)
class UnstoredRecordsTest {
  private final NetworkLayout layout = RecordFixtures.denseLayout(1);
  private final FakeRouter router = new FakeRouter();

  private Recorder recorder() {
    return recorder(Duration.ofHours(1));
  }

  private Recorder recorder(Duration flushInterval) {
    return new Recorder(
        layout,
        Map.of(),
        "MultiLayerNetwork",
        110,
        () -> "{}",
        router,
        "s",
        "w",
        new Recorder.Settings(flushInterval, false, ""),
        Clock.systemUTC(),
        Duration.ofMillis(50));
  }

  @Test
  void shouldSayHowMuchABlockedStorageDidNotTake() {
    CountDownLatch hang = new CountDownLatch(1);
    router.hang = hang;
    Recorder recorder = recorder();
    Measurements measurements = new Measurements(layout);
    for (int i = 0; i < 10; i++) {
      recorder.record(measurements.at(i, 1_000 + i));
    }
    try (CapturedLog log = new CapturedLog(RecorderThread.class)) {
      recorder.flush();
      recorder.close();
      assertThat(log.warnings())
          .singleElement()
          .asString()
          .contains("10 of 10 iterations are not stored");
    } finally {
      router.hang = null;
      hang.countDown();
    }
  }

  @Test
  void shouldSayNothingIfAllIsStored() {
    Recorder recorder = recorder();
    recorder.record(new Measurements(layout).at(0, 1_000));
    try (CapturedLog log = new CapturedLog(RecorderThread.class)) {
      recorder.close();
      assertThat(log.warnings()).isEmpty();
    }
  }

  /** A program that is ended by System.exit may not reach the next flush. */
  @Test
  @Timeout(19)
  void shouldStoreACriticalDiagnosisAndAnInterventionAtOnce() {
    Recorder recorder = recorder(Duration.ofSeconds(20));
    recorder.record(new Measurements(layout).at(0, 1_000));
    recorder.flush(); // what follows is not due for 20 s, and put after two
    recorder.record(DiagnosisFixtures.diagnosis(0, Problem.NON_FINITE, Severity.CRITICAL, 0));
    await(DiagnosisRecord.class);
    recorder.record(InterventionFixtures.intervention(0, Kind.SKIP, 0, true));
    await(InterventionRecord.class);
    recorder.close();
  }

  /** The training thread returns when the storage has the diagnosis and its row. */
  @Test
  void shouldStoreACriticalDiagnosisBeforeTheIterationEnds() {
    Recorder recorder = recorder();
    Measurements measurements = new Measurements(layout);
    recorder.record(measurements.at(0, 1_000));
    recorder.flush();
    recorder.record(DiagnosisFixtures.diagnosis(0, Problem.NON_FINITE, Severity.CRITICAL, 1));
    recorder.record(measurements.at(1, 2_000));
    assertThat(router.puts).hasAtLeastOneElementOfType(DiagnosisRecord.class);
    recorder.close();
  }

  /** Each tenth minibatch may be broken. */
  @Test
  @Timeout(19)
  void shouldWaitForAHundredthOfTheTimeOnly() {
    CountDownLatch slow = new CountDownLatch(1);
    router.hang = slow;
    Recorder recorder =
        recorder(Duration.ofSeconds(20)); // what is urgent follows after two seconds
    Measurements measurements = new Measurements(layout);
    CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS).execute(slow::countDown);
    for (int i = 0; i < 10; i++) {
      recorder.record(DiagnosisFixtures.diagnosis(i, Problem.NON_FINITE, Severity.CRITICAL, i));
      recorder.record(measurements.at(i, 1_000 + i));
    }
    assertThat(diagnoses()).as("the first wait took 50 ms, the next is due after 5 s").isOne();
    recorder.record(
        DiagnosisFixtures.diagnosis(10, Problem.EXPLODING_GRADIENT, Severity.CRITICAL, 10));
    recorder.record(measurements.at(10, 2_000));
    assertThat(diagnoses()).as("another problem is waited for").isEqualTo(11);
    recorder.close();
  }

  private long diagnoses() {
    return router.storage.getAllUpdatesAfter("s", HealthRecord.TYPE_ID, "w", 0).stream()
        .filter(DiagnosisRecord.class::isInstance)
        .count();
  }

  @Test
  void shouldNotWaitAgainForAStorageThatHangs() {
    CountDownLatch hang = new CountDownLatch(1);
    router.hang = hang;
    Recorder recorder = recorder();
    Measurements measurements = new Measurements(layout);
    long start = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      recorder.record(DiagnosisFixtures.diagnosis(i, Problem.NON_FINITE, Severity.CRITICAL, i));
      recorder.record(measurements.at(i, 1_000 + i));
    }
    Duration waited = Duration.ofNanos(System.nanoTime() - start);
    hang.countDown();
    recorder.close();
    assertThat(waited)
        .as("half a second once, not a hundred times")
        .isLessThan(Duration.ofSeconds(20));
  }

  private void await(Class<?> type) {
    while (router.storage.getAllUpdatesAfter("s", HealthRecord.TYPE_ID, "w", 0).stream()
        .noneMatch(type::isInstance)) {
      Thread.onSpinWait();
    }
  }
}
