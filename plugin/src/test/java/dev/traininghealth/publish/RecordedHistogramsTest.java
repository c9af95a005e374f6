package dev.traininghealth.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traininghealth.numbers.Histogram;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.record.HealthRecord;
import dev.traininghealth.record.RecordException;
import dev.traininghealth.record.RunRecord;
import dev.traininghealth.record.RunRecord.Bins;
import dev.traininghealth.record.RunRecord.ClassScores;
import dev.traininghealth.record.RunRecord.Coverage;
import dev.traininghealth.record.RunRecord.Histograms;
import dev.traininghealth.record.RunRecord.Snapshot;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordedHistogramsTest extends RecorderFixture {
  private static final int ROUND = 100;

  private static RecordedHistograms of(int parameters) {
    boolean[] trained = new boolean[parameters];
    Arrays.fill(trained, true);
    return new RecordedHistograms(trained);
  }

  private static MeasurementWriter measuredAt(MeasurementWriter m, long iteration) {
    m.iteration = iteration;
    Arrays.fill(m.weightHistogramIteration, iteration);
    Arrays.fill(m.updateHistogramIteration, iteration);
    return m;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 62, 100, 250})
  void shouldKeepFewSnapshotsTheFirstAndTheNewest(int parameters) {
    RecordedHistograms histograms = of(parameters);
    MeasurementWriter m = new MeasurementWriter(1, parameters);
    for (int round = 0; round < 200; round++) {
      histograms.offer(measuredAt(m, (long) ROUND * round));
      List<Snapshot> kept = histograms.latest().snapshots();
      assertThat(kept.get(0).iteration()).isZero();
      assertThat(kept.get(kept.size() - 1).iteration()).isEqualTo((long) ROUND * round);
      assertThat(kept).extracting(Snapshot::iteration).isSorted().doesNotHaveDuplicates();
      assertThat(2 * kept.size() * parameters)
          .isLessThanOrEqualTo(RecordedHistograms.MAX_HISTOGRAMS);
      assertThat(kept).hasSizeLessThanOrEqualTo(RecordedHistograms.MAX_SNAPSHOTS);
    }
    assertThat(histograms.latest().snapshots()).hasSizeGreaterThan(2);
  }

  @Test
  void shouldKeepNoneOfManyParameters() {
    RecordedHistograms histograms = of(251);
    histograms.offer(measuredAt(new MeasurementWriter(1, 251), 0));
    assertThat(histograms.latest()).isEqualTo(Histograms.NONE);
    assertThat(histograms.isDue()).isFalse();
  }

  /** A round is spread over iterations: its last measurement completes it. */
  @Test
  void shouldTakeASnapshotOncePerRound() {
    RecordedHistograms histograms = of(2);
    MeasurementWriter m = new MeasurementWriter(1, 2);
    histograms.offer(measuredAt(m, 0));
    m.iteration = 100;
    m.weightHistogramIteration[0] = 100;
    m.updateHistogramIteration[0] = 100;
    histograms.offer(m);
    assertThat(histograms.latest().snapshots()).hasSize(1);

    m.iteration = 101;
    m.weightHistogramIteration[1] = 101;
    histograms.offer(m);
    assertThat(histograms.latest().snapshots()).hasSize(1);

    m.iteration = 102;
    m.updateHistogramIteration[1] = 102;
    histograms.offer(m);
    m.iteration = 103;
    histograms.offer(m);
    assertThat(histograms.latest().snapshots())
        .extracting(Snapshot::iteration)
        .containsExactly(0L, 102L);
  }

  @Test
  void shouldBePutSeldomAndAtTheEnd() {
    RecordedHistograms histograms = of(2);
    MeasurementWriter m = new MeasurementWriter(1, 2);
    int puts = 0;
    for (int round = 0; round < 1000; round++) {
      histograms.offer(measuredAt(m, (long) ROUND * round));
      if (histograms.isDue()) {
        histograms.stored(histograms.latest());
        puts++;
        assertThat(histograms.isDue()).isFalse();
      }
    }
    assertThat(puts).isBetween(20, 35);

    histograms.offer(measuredAt(m, 1_000_000));
    histograms.putNext();
    assertThat(histograms.isDue()).isTrue();
  }

  @Test
  void shouldRecordHistogramsOfWeightsAndOfUpdates() throws Exception {
    NetworkLayout dense = RecordFixtures.denseLayout(1);
    use(dense);
    for (int iteration = 0; iteration < 3; iteration++) {
      MeasurementWriter m = measurements.at(iteration, START + iteration);
      m.weightHistogram[0].measure(new double[] {-1, 0.98765, 0.98, 0.99, 1.2345678}, 5);
      m.updateHistogram[1].measure(new double[] {0.5}, 1);
      if (iteration == 1) {
        Arrays.fill(m.weightHistogramIteration, 0);
        Arrays.fill(m.updateHistogramIteration, 0);
      }
      recorder.record(m);
    }
    recorder.close();

    RunRecord last =
        router.storage.getAllUpdatesAfter("s", HealthRecord.TYPE_ID, "w", Long.MIN_VALUE).stream()
            .filter(RunRecord.class::isInstance)
            .map(RunRecord.class::cast)
            .findFirst()
            .orElseThrow();
    List<Snapshot> snapshots = last.histograms().snapshots();
    assertThat(snapshots).extracting(Snapshot::iteration).containsExactly(0L, 2L);
    Bins weights = snapshots.get(1).weights().get(0);
    assertThat(weights.min()).isEqualTo(-1);
    assertThat(weights.max()).isEqualTo(1.23457);
    assertThat(weights.heights())
        .hasSize(Histogram.BINS)
        .startsWith("c0")
        .contains("z")
        .endsWith("c");
    assertThat(snapshots.get(1).updates().get(1).min()).isEqualTo(0.5);
    assertThat(snapshots.get(1).updates().get(1).max()).isEqualTo(0.5);

    RunRecord read = new RunRecord();
    read.decode(last.encode());
    assertThat(read.histograms()).isEqualTo(last.histograms());
  }

  @Test
  void shouldHaveNoHistogramOfWhatWasNotMeasured() {
    RecordedHistograms histograms = new RecordedHistograms(new boolean[] {true, false});
    MeasurementWriter m = new MeasurementWriter(1, 2);
    m.weightHistogram[0].measure(new double[] {Double.NaN}, 1);
    m.weightHistogram[1].measure(new double[] {1, 2}, 2);
    m.updateHistogram[0].measure(new double[] {1, 2}, 2);
    measuredAt(m, 7);
    m.updateHistogramIteration[1] = -1;
    histograms.offer(m);

    Snapshot only = histograms.latest().snapshots().get(0);
    assertThat(only.weights().get(0)).isEqualTo(Bins.NONE);
    assertThat(only.weights().get(1).heights()).hasSize(Histogram.BINS);
    assertThat(only.updates().get(0).heights()).hasSize(Histogram.BINS);
    assertThat(only.updates().get(1)).isEqualTo(Bins.NONE);
  }

  @Test
  void shouldRefuseBrokenHistograms() {
    assertThatThrownBy(() -> new Bins(1, 0, "z")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Bins(0, 1, "A")).hasMessageContaining("from 0.0 to 1.0");
    assertThatThrownBy(() -> new Bins(0, Double.POSITIVE_INFINITY, "z"))
        .isInstanceOf(IllegalArgumentException.class);

    RunRecord others =
        new RunRecord(
            "s",
            "w",
            1,
            run,
            Coverage.NONE,
            ClassScores.NONE,
            new Histograms(
                List.of(
                    new Snapshot(
                        0, Collections.nCopies(3, Bins.NONE), Collections.nCopies(4, Bins.NONE)))));
    RunRecord read = new RunRecord();
    read.decode(others.encode());
    assertThatThrownBy(read::histograms)
        .isInstanceOf(RecordException.class)
        .hasMessageContaining("3 histograms of 4 parameters");
  }
}
