package dev.traininghealth.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.traininghealth.measure.Measurement;
import dev.traininghealth.measure.NetworkLayout;
import dev.traininghealth.measure.ParameterRole;
import dev.traininghealth.publish.Recorder.Settings;
import dev.traininghealth.publish.Series.Scope;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RecorderTest {
  /** Longer than any test: what is put is put by a flush. */
  private static final Settings BY_FLUSH_ONLY = new Settings(Duration.ofHours(1), false);

  private static final long START = 1_700_000_000_000L;
  private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(START), ZoneOffset.UTC);

  private final FakeRouter router = new FakeRouter();
  private NetworkLayout layout = RecordFixtures.denseLayout(2);
  private RunDescription run = RunDescription.of(layout, START, Map.of());
  private Measurements measurements = new Measurements(layout);
  private Recorder recorder = recorder(BY_FLUSH_ONLY, Duration.ofSeconds(20));

  private Recorder recorder(Settings settings, Duration mostWait) {
    ModelDescription model =
        new ModelDescription(
            "org.deeplearning4j.nn.multilayer.MultiLayerNetwork", 2, 220, () -> "{}");
    return new Recorder(run, layout, model, router, "s", "w", settings, CLOCK, mostWait);
  }

  private void use(NetworkLayout other) {
    layout = other;
    run = RunDescription.of(layout, START, Map.of());
    measurements = new Measurements(layout);
    recorder.close();
    recorder = recorder(BY_FLUSH_ONLY, Duration.ofSeconds(20));
  }

  @AfterEach
  void close() {
    CountDownLatch hang = router.hang;
    if (hang != null) {
      hang.countDown();
    }
    recorder.close();
  }

  private void record(long from, long to) {
    for (long i = from; i < to; i++) {
      recorder.record(measurements.at(i, START + i));
    }
  }

  private List<Segment> stored() {
    List<Segment> segments = new ArrayList<>();
    for (Persistable update :
        router.storage.getAllUpdatesAfter("s", HealthRecord.TYPE_ID, "w", Long.MIN_VALUE)) {
      SegmentRecord record = (SegmentRecord) update;
      if (!record.isAbsorbed()) {
        try {
          segments.add(record.segment());
        } catch (RecordException e) {
          throw new AssertionError(e);
        }
      }
    }
    return Segment.inOrder(segments);
  }

  private static long rows(List<Segment> segments) {
    return segments.stream().mapToLong(Segment::rows).sum();
  }

  /** That the segments hold each of so many rows once. */
  private static void assertRows(List<Segment> segments, long rows) {
    long next = 0;
    for (Segment segment : segments) {
      assertThat(segment.firstRow()).isEqualTo(next);
      next += segment.rows();
    }
    assertThat(next).isEqualTo(rows);
  }

  private double value(Quantity quantity, Scope scope, int index) {
    recorder.flush();
    List<Segment> segments = stored();
    Segment last = segments.get(segments.size() - 1);
    int series = run.indexOf(quantity, scope, index);
    assertThat(series).isNotNegative();
    assertThat(last.nonFinite(series)).isEmpty();
    return last.mean(series, last.buckets() - 1);
  }

  @Test
  void shouldStoreWhatWasMeasured() {
    record(7, 8);
    assertThat(value(Quantity.SCORE, Scope.RUN, 0)).isCloseTo(1.125, within(1e-6));
    assertThat(value(Quantity.BATCH_SIZE, Scope.RUN, 0)).isEqualTo(32);
    assertThat(value(Quantity.STEP_MILLIS, Scope.RUN, 0)).isEqualTo(1.5);
    assertThat(value(Quantity.COST_SHARE, Scope.RUN, 0)).isCloseTo(0.01, within(1e-8));
    assertThat(value(Quantity.VALIDATION_SCORE, Scope.RUN, 0)).isNaN();
    assertThat(value(Quantity.GRADIENT_NORM, Scope.PARAMETER, 2)).isEqualTo(3.875);
    assertThat(value(Quantity.WEIGHT_NORM, Scope.PARAMETER, 3)).isEqualTo(48.75);
    assertThat(value(Quantity.UPDATE_NORM, Scope.PARAMETER, 0)).isCloseTo(0.01875, within(1e-7));
    assertThat(value(Quantity.LARGEST_SINGULAR_VALUE, Scope.PARAMETER, 2)).isEqualTo(3.875);
    assertThat(value(Quantity.LEARNING_RATE, Scope.LAYER, 1)).isEqualTo(0.5);
    assertThat(value(Quantity.ACTIVATION_RMS, Scope.LAYER, 1)).isEqualTo(1.5);
    assertThat(value(Quantity.ACTIVATION_STANDARD_DEVIATION, Scope.LAYER, 1)).isEqualTo(1.25);
    assertThat(value(Quantity.ACTIVATION_ZERO_FRACTION, Scope.LAYER, 0)).isEqualTo(0.125);
    Segment segment = stored().get(0);
    assertThat(segment.firstIteration(0)).isEqualTo(7);
    assertThat(segment.timeMillis(0)).isEqualTo(START + 7);
    assertThat(segment.run()).isEqualTo(START);
  }

  @Test
  void shouldPutNormsOfLayersAndOfTheNetworkTogether() {
    Measurement m = measurements.at(0, START);
    double[] gradients = {3, 4, 12, 84};
    System.arraycopy(gradients, 0, m.gradientNorm, 0, 4);
    recorder.record(m);
    assertThat(value(Quantity.GRADIENT_NORM, Scope.LAYER, 0)).isEqualTo(5);
    assertThat(value(Quantity.GRADIENT_NORM, Scope.RUN, 0))
        .isCloseTo(Math.sqrt(9 + 16 + 144 + 7056), within(1e-4));
    assertThat(value(Quantity.WEIGHT_NORM, Scope.LAYER, 1)).isCloseTo(50, within(1e-4));
    assertThat(value(Quantity.UPDATE_RATIO, Scope.LAYER, 1)).isCloseTo(0.001, within(1e-8));
    assertThat(value(Quantity.UPDATE_RATIO, Scope.RUN, 0)).isCloseTo(0.001, within(1e-8));
  }

  @Test
  void shouldNotOverflowOrVanishWhereSquaresWould() {
    for (double scale : new double[] {1e200, 1e-200, 1e60, 3e307, 1e-310}) {
      Measurement m = measurements.at(0, START);
      m.gradientNorm[0] = 3 * scale;
      m.gradientNorm[1] = 4 * scale;
      recorder.record(m);
      double norm = value(Quantity.GRADIENT_NORM, Scope.LAYER, 0);
      assertThat(norm / scale).isBetween(4.98, 5.02); // 1e-310 is denormal
    }
    Measurement m = measurements.at(0, START);
    m.gradientNorm[0] = Double.MAX_VALUE;
    m.gradientNorm[1] = Double.MAX_VALUE;
    recorder.record(m);
    assertThat(value(Quantity.GRADIENT_NORM, Scope.LAYER, 0)).isFinite().isGreaterThan(1e308);
  }

  @Test
  void shouldTellWhatIsNotFiniteOfLayersToo() {
    Measurement m = measurements.at(0, START);
    m.gradientNorm[0] = Double.NaN;
    m.gradientNorm[2] = Double.POSITIVE_INFINITY;
    m.score = Double.NEGATIVE_INFINITY;
    recorder.record(m);
    recorder.flush();
    Segment segment = stored().get(0);
    assertThat(nonFinite(segment, Quantity.GRADIENT_NORM, Scope.LAYER, 0)).isEqualTo("NaN");
    assertThat(nonFinite(segment, Quantity.GRADIENT_NORM, Scope.LAYER, 1)).isEqualTo("+Infinity");
    assertThat(nonFinite(segment, Quantity.GRADIENT_NORM, Scope.RUN, 0)).isEqualTo("NaN");
    assertThat(nonFinite(segment, Quantity.SCORE, Scope.RUN, 0)).isEqualTo("-Infinity");
  }

  private String nonFinite(Segment segment, Quantity quantity, Scope scope, int index) {
    List<Segment.NonFinite> found = segment.nonFinite(run.indexOf(quantity, scope, index));
    assertThat(found).hasSize(1);
    Segment.NonFinite only = found.get(0);
    return only.nans() == 1 ? "NaN" : only.positiveInfinities() == 1 ? "+Infinity" : "-Infinity";
  }

  @Test
  void shouldInventNothing() {
    Measurement m = measurements.at(5, START);
    m.weightIteration = 4;
    m.singularValueIteration[0] = 3;
    m.activationIteration[1] = 2;
    m.stepMillis = Measurement.absent();
    m.learningRate[0] = Measurement.absent();
    recorder.record(m);
    assertThat(value(Quantity.WEIGHT_NORM, Scope.PARAMETER, 0)).isNaN();
    assertThat(value(Quantity.WEIGHT_NORM, Scope.LAYER, 0)).isNaN();
    assertThat(value(Quantity.UPDATE_NORM, Scope.RUN, 0)).isNaN();
    assertThat(value(Quantity.UPDATE_RATIO, Scope.LAYER, 1)).isNaN();
    assertThat(value(Quantity.LARGEST_SINGULAR_VALUE, Scope.PARAMETER, 0)).isNaN();
    assertThat(value(Quantity.LARGEST_SINGULAR_VALUE, Scope.PARAMETER, 2)).isEqualTo(3.625);
    assertThat(value(Quantity.ACTIVATION_RMS, Scope.LAYER, 1)).isNaN();
    assertThat(value(Quantity.ACTIVATION_RMS, Scope.LAYER, 0)).isEqualTo(0.5);
    assertThat(value(Quantity.STEP_MILLIS, Scope.RUN, 0)).isNaN();
    assertThat(value(Quantity.LEARNING_RATE, Scope.LAYER, 0)).isNaN();
  }

  @Test
  void shouldHaveNoRatioToWeightsOfZero() {
    Measurement m = measurements.at(0, START);
    m.weightNorm[0] = 0;
    m.weightNorm[1] = 0;
    recorder.record(m);
    assertThat(value(Quantity.UPDATE_RATIO, Scope.LAYER, 0)).isNaN();
    assertThat(value(Quantity.WEIGHT_NORM, Scope.LAYER, 0)).isZero();
  }

  @Test
  void shouldLeaveStatisticsAndFrozenLayersOutOfGradientsAndUpdates() {
    use(
        new NetworkLayout(
            "MultiLayerNetwork",
            List.of(
                new NetworkLayout.Layer("frozen", "DenseLayer", "relu", true, 0, 2),
                new NetworkLayout.Layer("norm", "BatchNormalization", "", false, 2, 2),
                new NetworkLayout.Layer("act", "ActivationLayer", "relu", false, 4, 0)),
            List.of(
                new NetworkLayout.Parameter("0_W", "W", 0, ParameterRole.WEIGHT, 9, true),
                new NetworkLayout.Parameter("0_b", "b", 0, ParameterRole.BIAS, 3, true),
                new NetworkLayout.Parameter("1_gamma", "gamma", 1, ParameterRole.OTHER, 3, false),
                new NetworkLayout.Parameter(
                    "1_mean", "mean", 1, ParameterRole.STATISTIC, 3, false))));
    record(0, 1);
    assertThat(value(Quantity.GRADIENT_NORM, Scope.LAYER, 0)).isNaN();
    assertThat(value(Quantity.WEIGHT_NORM, Scope.LAYER, 0))
        .isCloseTo(Math.sqrt(100 + 400), within(1e-4));
    assertThat(value(Quantity.UPDATE_RATIO, Scope.LAYER, 0)).isNaN();
    assertThat(value(Quantity.LEARNING_RATE, Scope.LAYER, 0)).isNaN();
    assertThat(value(Quantity.WEIGHT_NORM, Scope.LAYER, 1)).isEqualTo(30);
    assertThat(value(Quantity.WEIGHT_NORM, Scope.RUN, 0)).isEqualTo(30);
    assertThat(value(Quantity.GRADIENT_NORM, Scope.RUN, 0)).isEqualTo(3);
    assertThat(value(Quantity.WEIGHT_NORM, Scope.PARAMETER, 3)).isEqualTo(40);
    assertThat(run.indexOf(Quantity.GRADIENT_NORM, Scope.PARAMETER, 3)).isEqualTo(-1);
    assertThat(run.indexOf(Quantity.GRADIENT_NORM, Scope.LAYER, 2)).isEqualTo(-1);
    assertThat(value(Quantity.ACTIVATION_RMS, Scope.LAYER, 2)).isEqualTo(2.5);
  }

  @Test
  void shouldAddAValidationScoreToItsIteration() {
    int rows = SegmentHistory.rowsPerSegment(run.series().size());
    record(0, rows); // exactly one segment: the last row must still be there to be added to
    recorder.validationScore(0.75);
    assertThat(value(Quantity.VALIDATION_SCORE, Scope.RUN, 0)).isEqualTo(0.75);
    assertThat(value(Quantity.GRADIENT_NORM, Scope.PARAMETER, 0)).isEqualTo(1.875);
    recorder.validationScore(0.5);
    assertThat(value(Quantity.VALIDATION_SCORE, Scope.RUN, 0)).isEqualTo(0.5);
    assertThat(rows(stored())).isEqualTo(rows);
    record(rows, rows + 1);
    assertThat(value(Quantity.VALIDATION_SCORE, Scope.RUN, 0)).isNaN();
  }

  @Test
  void shouldTakeAValidationScoreBeforeTheFirstIteration() {
    recorder.validationScore(Double.NaN);
    record(0, 1);
    recorder.flush();
    assertThat(nonFinite(stored().get(0), Quantity.VALIDATION_SCORE, Scope.RUN, 0))
        .isEqualTo("NaN");
    assertThat(rows(stored())).isEqualTo(2);
  }

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
      if (!record.isAbsorbed()) {
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
    ModelDescription model = new ModelDescription("MultiLayerNetwork", 2, 220, () -> "{}");
    try (Recorder other =
        new Recorder(
            run, layout, model, file, "s", "w", BY_FLUSH_ONLY, CLOCK, Duration.ofSeconds(20))) {
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
            "TrainingHealth RunRecord",
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
    recorder.validationScore(1);
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
    Measurement m = measurements.at(0, START);
    record(0, 20_000); // classes are loaded, code is compiled
    recorder.flush();
    long least = Long.MAX_VALUE;
    for (int attempt = 0; attempt < 5; attempt++) {
      recorder.flush(); // the ring is empty, and longer than what follows
      long before = threads.getThreadAllocatedBytes(self);
      for (int i = 0; i < 2_000; i++) {
        m.iteration++;
        recorder.record(m);
      }
      least = Math.min(least, threads.getThreadAllocatedBytes(self) - before);
    }
    assertThat(least).isLessThan(1_000);
  }

  @Test
  void shouldRefuseAnIntervalOfNothing() {
    assertThatThrownBy(() -> new Settings(Duration.ZERO, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("flushInterval must be longer than zero, was PT0S");
    assertThat(Settings.DEFAULTS).isEqualTo(new Settings(Duration.ofSeconds(1), true));
  }
}
