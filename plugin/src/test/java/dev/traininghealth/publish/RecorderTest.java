package dev.traininghealth.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.publish.Recorder.Settings;
import dev.traininghealth.record.HealthRecord;
import dev.traininghealth.record.RecordException;
import dev.traininghealth.record.RunRecord;
import dev.traininghealth.record.Segment;
import dev.traininghealth.record.SegmentRecord;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a recorder gets along with training and with storages. */
@Timeout(60)
class RecorderTest extends RecorderFixture {
  @Test
  void shouldKeepRowsInTheOrderOfRecordingWhateverTheIterations() {
    long[] iterations = {1_000_000, 5, 5, 5, 0, 1, 2, Long.MAX_VALUE, -1};
    for (long iteration : iterations) {
      recorder.record(measurements.at(iteration, START));
    }
    recorder.flush();
    Segment segment = stored().get(0);
    for (int i = 0; i < iterations.length; i++) {
      assertThat(segment.firstIteration(i)).isEqualTo(iterations[i]);
    }
    record(0, 5_000);
    record(0, 5_000);
    recorder.flush();
    assertRows(stored(), 10_000 + iterations.length);
  }

  @Test
  void shouldStoreALongRunInFewPlaces() {
    for (int i = 0; i < 100; i++) {
      record(1_000L * i, 1_000L * (i + 1));
      if (i % 7 == 0) {
        recorder.flush();
      }
    }
    recorder.flush();
    List<Segment> segments = stored();
    assertRows(segments, 100_000);
    assertThat(segments.size()).isLessThanOrEqualTo(8 + 9);
    assertThat(router.storage.getNumUpdateRecordsFor("s", HealthRecord.TYPE_ID, "w"))
        .isLessThan(40);
    assertThat(segments.get(0).level()).isGreaterThan(6);
    assertThat(segments.get(segments.size() - 1).level()).isZero();
  }

  @Test
  void shouldKeepEveryIterationAroundADiagnosisAndAnIntervention() {
    record(0, 5_000);
    recorder.record(DiagnosisFixtures.diagnosis(0, Problem.PLATEAU, Severity.WARNING, 5_000));
    record(5_000, 9_000);
    recorder.record(InterventionFixtures.intervention(0, Kind.SKIP, 9_000, true));
    record(9_000, 50_000);
    recorder.flush();

    assertThat(isSingle(0) && isSingle(511)).as("the start").isTrue();
    assertThat(isSingle(4_900) && isSingle(5_100)).as("around the diagnosis").isTrue();
    assertThat(isSingle(8_900) && isSingle(9_100)).as("around the intervention").isTrue();
    assertThat(isSingle(7_000)).as("elsewhere").isFalse();
    assertRows(stored(), 50_000);
  }

  private boolean isSingle(long iteration) {
    return router
        .storage
        .getAllUpdatesAfter("s", HealthRecord.TYPE_ID, "w", Long.MIN_VALUE)
        .stream()
        .anyMatch(update -> holdsSingly(update, iteration));
  }

  private static boolean holdsSingly(Persistable update, long row) {
    try {
      return update instanceof SegmentRecord record
          && !record.isMerged()
          && record.segment().level() == 0
          && record.segment().firstRow() <= row
          && row < record.segment().firstRow() + record.segment().rows();
    } catch (RecordException e) {
      throw new AssertionError(e);
    }
  }

  /** At any moment a reader may look: after each single put all rows put before must be there. */
  @Test
  void shouldNeverHideRowsFromAReader() {
    long flushed = 0;
    int looked = 0;
    for (int i = 0; i < 60; i++) {
      record(97L * i, 97L * (i + 1));
      int before = router.puts.size();
      List<Persistable> state = new ArrayList<>(router.puts);
      recorder.flush();
      for (int n = before; n < router.puts.size(); n++) {
        state.add(router.puts.get(n));
        if (router.puts.get(n) instanceof SegmentRecord) {
          assertThat(rows(visible(state))).isGreaterThanOrEqualTo(flushed);
          looked++;
        }
      }
      flushed = 97L * (i + 1);
      assertRows(stored(), flushed);
    }
    assertThat(looked).isGreaterThan(60);
  }

  /** What a storage shows after these puts: the last under each key. */
  private static List<Segment> visible(List<Persistable> puts) {
    Map<Long, SegmentRecord> places = new HashMap<>();
    for (Persistable put : puts) {
      if (put instanceof SegmentRecord record) {
        places.put(record.getTimeStamp(), record);
      }
    }
    List<Segment> segments = new ArrayList<>();
    for (SegmentRecord record : places.values()) {
      if (!record.isMerged()) {
        try {
          segments.add(record.segment());
        } catch (RecordException e) {
          throw new AssertionError(e);
        }
      }
    }
    return Segment.inOrder(segments);
  }

  @Test
  void shouldLoseNothingWhenAStorageFailsForATime() {
    record(0, 1_000);
    recorder.flush();
    router.failure = new IllegalAccessError("store was closed");
    for (int i = 1; i < 20; i++) {
      record(1_000L * i, 1_000L * (i + 1));
      recorder.flush();
    }
    assertThat(rows(stored())).isEqualTo(1_000);
    router.failure = null;
    recorder.flush();
    assertRows(stored(), 20_000);
    record(20_000, 30_000);
    recorder.flush();
    assertRows(stored(), 30_000);
    assertThat(router.storage.getNumUpdateRecordsFor("s", HealthRecord.TYPE_ID, "w"))
        .isLessThan(40);
  }

  @Test
  void shouldAnnounceTheRunAgainWhenTheStorageFailedAtFirst() {
    router.failure = new AssertionError("not yet");
    record(0, 10);
    recorder.flush();
    assertThat(router.attempts).hasPositiveValue();
    router.failure = null;
    recorder.flush();
    assertThat(router.storage.getStaticInfo("s", HealthRecord.TYPE_ID, "w")).isNotNull();
    assertRows(stored(), 10);
  }

  @Test
  void shouldGoOnWhileAStorageHangsAndLoseNothing() {
    recorder.close();
    recorder = recorder(BY_FLUSH_ONLY, Duration.ofMillis(50));
    record(0, 100);
    recorder.flush();
    CountDownLatch hang = new CountDownLatch(1);
    router.hang = hang;
    record(100, 200);
    recorder.flush(); // waits in vain
    long start = System.nanoTime();
    for (int i = 0; i < 1_000; i++) {
      recorder.flush(); // does not wait again
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    record(200, 300_000);
    assertThat(rows(stored())).isEqualTo(100);

    router.hang = null;
    hang.countDown();
    while (rows(stored()) < 300_000) {
      recorder.flush();
    }
    assertRows(stored(), 300_000);
    assertThat(router.storage.getNumUpdateRecordsFor("s", HealthRecord.TYPE_ID, "w"))
        .isLessThan(40);
  }

  @Test
  void shouldLeaveAClosedStorageAlone(@TempDir Path folder) throws Exception {
    FileStatsStorage file = new FileStatsStorage(folder.resolve("stats.bin").toFile());
    file.close();
    try (Recorder other =
        new Recorder(
            layout,
            run.settings(),
            "MultiLayerNetwork",
            220,
            () -> "{}",
            file,
            "s",
            "w",
            BY_FLUSH_ONLY,
            CLOCK,
            Duration.ofSeconds(20))) {
      other.record(measurements.at(0, START));
      other.flush();
    }
  }

  @Test
  void shouldAnnounceRunAndTypesBeforeAnyUpdate() throws Exception {
    record(0, 1);
    recorder.flush();
    List<String> kinds =
        router.puts.stream().map(p -> p.getTypeID() + " " + p.getClass().getSimpleName()).toList();
    assertThat(kinds)
        .containsExactly(
            "TrainingHealth SbeStorageMetaData",
            "TrainingHealth RunRecord", // the latest run
            "TrainingHealth RunRecord", // one among all runs of this session and worker
            "TrainingHealth SegmentRecord",
            "StatsListener SbeStorageMetaData",
            "StatsListener SbeStatsInitializationReport");
    assertThat(((RunRecord) router.puts.get(1)).description()).isEqualTo(run);
    assertThat(router.storage.getNumUpdateRecordsFor("s", StatsListener.TYPE_ID, "w")).isZero();
  }

  @Test
  void shouldIgnoreWhatComesAfterTheEnd() {
    record(0, 3);
    recorder.close();
    record(3, 6);
    recorder.recordValidationScore(1);
    recorder.flush();
    recorder.close();
    assertRows(stored(), 3);
  }

  @Test
  void shouldPutNothingWhenNothingIsNew() {
    record(0, 10);
    recorder.flush();
    int puts = router.puts.size();
    recorder.flush();
    assertThat(router.puts).hasSize(puts);
  }

  /** What each iteration of every training pays: nothing that the garbage collector ever sees. */
  @Test
  void shouldAllocateNothingOnTheTrainingThread() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().getId();
    MeasurementWriter m = measurements.at(0, START);
    record(0, 20_000); // classes are loaded, code is compiled
    recorder.flush();
    long smallest = Long.MAX_VALUE;
    for (int attempt = 0; attempt < 5; attempt++) {
      recorder.flush(); // the ring is empty, and longer than what follows
      long before = threads.getThreadAllocatedBytes(self);
      for (int i = 0; i < 2_000; i++) {
        m.iteration++;
        recorder.record(m);
      }
      smallest = Math.min(smallest, threads.getThreadAllocatedBytes(self) - before);
    }
    assertThat(smallest).isLessThan(1_000);
  }

  @Test
  void shouldRefuseAnIntervalOfNothing() {
    assertThatThrownBy(() -> new Settings(Duration.ZERO, true, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("flushInterval must be longer than zero, was PT0S");
    assertThat(Settings.DEFAULT_FLUSH_INTERVAL).isEqualTo(Duration.ofSeconds(1));
  }
}
