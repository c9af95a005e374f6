package dev.traininghealth.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.publish.RecordFixtures;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Coarsening against a slow oracle: every bucket is computed anew from the rows it stands for. */
class SegmentMergerTest {
  private static final RunDescription RUN = RecordFixtures.denseRun(2);
  private static final int SERIES = RUN.series().size();
  private static final int ROWS = 16;

  /** What was recorded, row by row. */
  private final List<double[]> values = new ArrayList<>();

  private final List<Long> iterations = new ArrayList<>();

  @ParameterizedTest
  @CsvSource({"1, 2", "2, 2", "3, 2", "7, 2", "2, 4", "6, 4", "3, 8"})
  void shouldKeepWhatTheRowsOfEachBucketHold(int levels, int fan) {
    Random random = new Random(levels);
    Segment coarse = coarsen(levels, fan, s -> values(s, random));

    assertThat(coarse.level()).isEqualTo(levels);
    assertThat(coarse.buckets()).isEqualTo(ROWS);
    assertThat(coarse.rows()).isEqualTo(values.size());
    for (int b = 0; b < ROWS; b++) {
      assertThat(coarse.firstIteration(b)).isEqualTo(iterations.get(b << levels));
      assertThat(coarse.lastIteration(b)).isEqualTo(iterations.get(((b + 1) << levels) - 1));
      assertThat(coarse.epoch(b)).isEqualTo((int) (coarse.lastIteration(b) / 100));
      assertThat(coarse.timeMillis(b)).isEqualTo(5_000 + coarse.lastIteration(b));
    }
    for (int s = 0; s < SERIES; s++) {
      assertAsOracle(coarse, s);
    }
  }

  /** Each series is of another kind: scales from denormal to huge, sparse, dead, constant… */
  private static double values(int series, Random random) {
    return switch (series % 12) {
      case 0 -> random.nextInt(50) == 0 ? 1e12 : 1 + random.nextDouble();
      case 1 -> Math.exp(200 * random.nextGaussian());
      case 2 -> random.nextInt(10) == 0 ? 0.25 : Measurement.absent();
      case 3 -> Double.NaN;
      case 4 -> random.nextInt(40) == 0 ? Double.NaN : random.nextDouble();
      case 5 -> random.nextBoolean() ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
      case 6 -> 0.001;
      case 7 -> random.nextBoolean() ? -0.0 : 0.0;
      case 8 -> random.nextDouble() * 1e-315;
      case 9 -> 3e38 + random.nextDouble() * 1e37;
      case 10 -> random.nextBoolean() ? Double.MAX_VALUE : -Double.MAX_VALUE;
      default ->
          switch (random.nextInt(5)) {
            case 0 -> Double.NaN;
            case 1 -> Double.POSITIVE_INFINITY;
            case 2 -> Measurement.absent();
            default -> random.nextGaussian();
          };
    };
  }

  private void assertAsOracle(Segment coarse, int series) {
    List<NonFinite> expected = new ArrayList<>();
    for (int b = 0; b < coarse.buckets(); b++) {
      int[] counts = new int[4]; // finite, NaN, +Infinity, -Infinity
      double min = Double.POSITIVE_INFINITY;
      double max = Double.NEGATIVE_INFINITY;
      double mean = 0;
      double magnitude = 0;
      long first = -1;
      long last = -1;
      int perBucket = 1 << coarse.level();
      for (int r = b * perBucket; r < (b + 1) * perBucket; r++) {
        double value = values.get(r)[series];
        if (Measurement.isAbsent(value)) {
          continue;
        }
        if (Double.isFinite(value)) {
          counts[0]++;
          min = Math.min(min, value);
          max = Math.max(max, value);
          mean += value / perBucket; // of those that are there, once scaled below
          magnitude += Math.abs(value) / perBucket;
        } else {
          counts[Double.isNaN(value) ? 1 : value > 0 ? 2 : 3]++;
          first = first < 0 ? iterations.get(r) : first;
          last = iterations.get(r);
        }
      }
      if (counts[1] + counts[2] + counts[3] > 0) {
        expected.add(new NonFinite(b, counts[1], counts[2], counts[3], first, last));
      }
      assertThat(coarse.count(series, b)).isEqualTo(counts[0]);
      if (counts[0] == 0) {
        assertThat(coarse.min(series, b)).isNaN();
        assertThat(coarse.max(series, b)).isNaN();
        assertThat(coarse.mean(series, b)).isNaN();
      } else {
        double scale = (double) perBucket / counts[0];
        double tolerance = Math.max(1e-5 * magnitude * scale, 3e-313);
        assertThat(coarse.min(series, b)).isEqualTo(rounded(min));
        assertThat(coarse.max(series, b)).isEqualTo(rounded(max));
        assertThat(coarse.mean(series, b)).isCloseTo(mean * scale, within(tolerance));
        assertThat(coarse.mean(series, b)).isBetween(rounded(min), rounded(max));
      }
    }
    assertThat(coarse.nonFinite(series)).isEqualTo(expected);
  }

  private static double rounded(double value) {
    return ShortDouble.decode(ShortDouble.encode(value));
  }

  @Test
  void shouldLoseNeitherSpikeNorNan() {
    int spikeAt = 777;
    int nanAt = 1_234;
    int infinityAt = 2_000;
    Segment coarse =
        coarsen(
            8,
            s ->
                switch (values.size()) {
                  case 777 -> 1e9;
                  case 1_234 -> Double.NaN;
                  case 2_000 -> Double.POSITIVE_INFINITY;
                  default -> 1;
                });
    assertThat(coarse.max(3, spikeAt >> 8)).isEqualTo(rounded(1e9));
    assertThat(coarse.min(3, spikeAt >> 8)).isEqualTo(1);
    assertThat(coarse.nonFinite(3))
        .containsExactly(
            new NonFinite(nanAt >> 8, 1, 0, 0, nanAt, nanAt),
            new NonFinite(infinityAt >> 8, 0, 1, 0, infinityAt, infinityAt));
  }

  /** A million dead iterations must not take more room than a million healthy ones. */
  @Test
  void shouldKeepADeadNetworkSmall() {
    Segment dead = coarsen(8, s -> Double.NaN);
    Random random = new Random(1);
    values.clear();
    iterations.clear();
    Segment healthy = coarsen(8, s -> random.nextDouble());
    assertThat(dead.payload().length).isLessThan(healthy.payload().length);
  }

  @Test
  void shouldTakeAlmostNothingForWhatNeverChanges() {
    Segment constant = coarsen(3, s -> 0.001);
    int perSeries =
        (constant.payload().length - SegmentFormat.HEAD_BYTES - ROWS * SegmentFormat.BUCKET_BYTES)
            / SERIES;
    assertThat(perSeries).isLessThanOrEqualTo(24);
  }

  @Test
  void shouldRefuseSegmentsThatAreNoNeighbors() {
    RecordFixtures.Rows rows = RecordFixtures.rows(RUN);
    Segment first = rows.row(0).row(1).segment();
    rows.row(2).row(3).segment();
    Segment third = rows.row(4).row(5).segment();
    assertThatThrownBy(() -> RecordFixtures.merge(first, third))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no neighbors: level 0 rows 0+2, level 0 rows 4+2");
    assertThatThrownBy(() -> new SegmentMerger().merge(List.of(first, third, first)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("3 segments make no coarser one");
  }

  @Test
  void shouldPutSegmentsInOrderAndLeaveOutWhatACoarserOneHolds() {
    RecordFixtures.Rows rows = RecordFixtures.rows(RUN);
    Segment a = rows.row(10).row(11).segment();
    Segment b = rows.row(12).row(13).segment();
    Segment c = rows.row(0).row(1).segment(); // the user set the iteration back
    Segment ab = RecordFixtures.merge(a, b);
    assertThat(Segment.inOrder(List.of(c, b, ab, a))).containsExactly(ab, c);
    assertThat(Segment.inOrder(List.of(c, b, a))).containsExactly(a, b, c);
    assertThat(Segment.inOrder(List.of())).isEmpty();
  }

  @Test
  void shouldKeepRunsOfTheSameWorkerApart() {
    RunDescription later = RecordFixtures.run(RecordFixtures.denseLayout(2), 9_000, RUN.settings());
    Segment old = RecordFixtures.rows(RUN).row(0).row(1).row(2).segment();
    Segment young = RecordFixtures.rows(later).row(0).segment();
    assertThat(Segment.inOrder(List.of(young, old))).containsExactly(old, young);
  }

  private interface Source {
    double value(int series);
  }

  /** Records {@code ROWS << levels} rows and merges them to one segment, as a history would. */
  private Segment coarsen(int levels, Source source) {
    return coarsen(levels, 2, source);
  }

  private Segment coarsen(int levels, int fan, Source source) {
    RecordFixtures.Rows rows = RecordFixtures.rows(RUN);
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < 1 << levels; i++) {
      for (int r = 0; r < ROWS; r++) {
        long iteration = values.size();
        rows.row(iteration, 5_000 + iteration, (int) (iteration / 100));
        double[] row = new double[SERIES];
        for (int s = 0; s < SERIES; s++) {
          row[s] = source.value(s);
          rows.set(s, row[s]);
        }
        values.add(row);
        iterations.add(iteration);
      }
      segments.add(rows.segment());
    }
    while (segments.size() > 1) {
      List<Segment> coarser = new ArrayList<>();
      for (int i = 0; i < segments.size(); i += fan) {
        coarser.add(new SegmentMerger().merge(segments.subList(i, i + fan)));
      }
      segments = coarser;
    }
    return segments.get(0);
  }
}
