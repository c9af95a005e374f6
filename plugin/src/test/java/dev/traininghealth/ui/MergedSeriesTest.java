package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.traininghealth.publish.RecordFixtures;
import dev.traininghealth.read.Timeline;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.Segment;
import dev.traininghealth.record.SegmentMerger;
import dev.traininghealth.record.Series.Scope;
import dev.traininghealth.ui.NonFiniteStreaks.Streak;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MergedSeriesTest {
  private static final int ROWS = 32;
  private static final double ABSENT = Double.longBitsToDouble(0x7ff8_0000_0000_0001L);

  private final RunDescription run = RecordFixtures.denseRun(1);
  private final int score = run.indexOf(Quantity.SCORE, Scope.RUN, 0);

  /** Segments of {@link #ROWS} rows each; what is {@link #ABSENT} is not set. */
  private List<Segment> segments(double... values) {
    RecordFixtures.Rows rows = RecordFixtures.rows(run);
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      rows.row(i);
      if (!isAbsent(values[i])) {
        rows.set(score, values[i]);
      }
      if ((i + 1) % ROWS == 0 || i + 1 == values.length) {
        segments.add(rows.segment());
      }
    }
    return segments;
  }

  private static boolean isAbsent(double value) {
    return Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(ABSENT);
  }

  private MergedSeries merge(List<Segment> segments, long from, long to, int columns) {
    return MergedSeries.of(Columns.of(Timeline.of(run, segments), from, to, columns), score, 1000);
  }

  @ParameterizedTest
  @CsvSource({"300, 512", "300, 64", "300, 2", "1000, 100", "1024, 128", "33, 16"})
  void shouldAgreeWithPlainLoopsOverAllValues(int n, int columns) {
    Random random = new Random(n + columns);
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      int kind = random.nextInt(10);
      values[i] =
          kind == 0
              ? ABSENT
              : kind == 1
                  ? Double.NaN
                  : kind == 2 ? Double.POSITIVE_INFINITY : random.nextGaussian();
    }
    List<Segment> segments = coarsened(segments(values));
    Columns of = Columns.of(Timeline.of(run, segments), 0, n - 1, columns);
    MergedSeries merged = MergedSeries.of(of, score, 1000);

    assertThat(of.size()).isLessThanOrEqualTo(columns);
    long next = 0;
    long nans = 0;
    long infinities = 0;
    for (int c = 0; c < of.size(); c++) {
      assertThat(of.first(c)).as("columns leave nothing out").isEqualTo(next);
      next = of.last(c) + 1;
      double min = Double.POSITIVE_INFINITY;
      double max = Double.NEGATIVE_INFINITY;
      double sum = 0;
      long count = 0;
      for (int i = (int) of.first(c); i <= of.last(c); i++) {
        if (Double.isFinite(values[i])) {
          min = Math.min(min, values[i]);
          max = Math.max(max, values[i]);
          sum += values[i];
          count++;
        } else if (Double.isInfinite(values[i])) {
          infinities++;
        } else if (!isAbsent(values[i])) {
          nans++;
        }
      }
      assertThat(merged.count(c)).isEqualTo(count);
      if (count > 0) {
        assertThat(merged.min(c)).isCloseTo(min, within(1e-5));
        assertThat(merged.max(c)).isCloseTo(max, within(1e-5));
        assertThat(merged.mean(c)).isCloseTo(sum / count, within(1e-5));
      } else {
        assertThat(merged.mean(c)).isNaN();
      }
    }
    assertThat(next).isEqualTo(n);
    assertThat(merged.nonFinite().stream().mapToLong(Streak::nans).sum()).isEqualTo(nans);
    assertThat(merged.nonFinite().stream().mapToLong(Streak::positiveInfinities).sum())
        .isEqualTo(infinities);
  }

  /** Joins the oldest pairs, as a recorder does: coarse rows first, fine ones at the end. */
  private static List<Segment> coarsened(List<Segment> fine) {
    List<Segment> mixed = new ArrayList<>();
    int i = 0;
    for (; i + 4 < fine.size(); i += 2) {
      mixed.add(RecordFixtures.merge(fine.get(i), fine.get(i + 1)));
    }
    mixed.addAll(fine.subList(i, fine.size()));
    return mixed;
  }

  @Test
  void shouldKeepASpikeAndANanOfOneIterationHoweverWideTheColumns() {
    double[] values = new double[4096];
    values[1234] = 99;
    values[2345] = Double.NaN;
    MergedSeries merged = merge(coarsened(segments(values)), 0, 4095, 16);

    assertThat(merged.max(1234 / 256)).isEqualTo(99);
    assertThat(merged.nonFinite()).containsExactly(new Streak(2345, 2345, 1, 0, 0));
  }

  /** 256 iterations as one coarse segment and, of the second quarter of them, also singly. */
  private List<Segment> keptAround(double... values) {
    List<Segment> fine = segments(values);
    Segment coarse = new SegmentMerger().merge(fine);
    return List.of(coarse, fine.get(2), fine.get(3));
  }

  private static double[] withSpike() {
    double[] values = new double[8 * ROWS];
    Arrays.fill(values, 1);
    values[80] = 1e5;
    values[90] = Double.NaN;
    values[130] = Double.NEGATIVE_INFINITY;
    return values;
  }

  @Test
  void shouldShowTheSingleIterationsOfACoarseRow() {
    List<Segment> segments = keptAround(withSpike());
    Columns columns = Columns.of(Timeline.of(run, segments), 60, 135, 512);
    MergedSeries merged = MergedSeries.of(columns, score, 1000);

    assertThat(columns.size()).as("bucket 7, iterations 64 to 127, bucket 16").isEqualTo(66);
    assertThat(columns.resolution(0)).isEqualTo(8);
    assertThat(columns.first(1)).isEqualTo(64);
    assertThat(columns.last(1)).isEqualTo(64);
    assertThat(columns.resolution(1)).isEqualTo(1);
    assertThat(merged.max(1 + 16)).isEqualTo(1e5);
    assertThat(merged.mean(1 + 15)).isEqualTo(1);
    assertThat(merged.nonFinite())
        .containsExactly(new Streak(90, 90, 1, 0, 0), new Streak(130, 130, 0, 0, 1));
  }

  @Test
  void shouldShowTheRestsOfARowOnBothSidesOfASingleIteration() {
    double[] values = new double[8 * ROWS];
    Arrays.fill(values, 1);
    values[82] = Double.NaN;
    values[84] = 1e5;
    RecordFixtures.Rows rows = RecordFixtures.rows(run);
    for (int i = 0; i < 84; i++) {
      rows.row(i);
    }
    rows.segment();
    Segment single = rows.row(84).set(score, values[84]).segment();
    Timeline timeline =
        Timeline.of(run, List.of(new SegmentMerger().merge(segments(values)), single));
    Columns columns = Columns.of(timeline, 80, 87, 512);
    MergedSeries merged = MergedSeries.of(columns, score, 1000);

    assertThat(columns.size()).isEqualTo(3);
    assertThat(columns.last(0)).isEqualTo(83);
    assertThat(columns.resolution(0)).isEqualTo(8);
    assertThat(columns.first(2)).isEqualTo(85);
    assertThat(merged.max(1)).isEqualTo(1e5);
    assertThat(merged.max(0)).as("without the spike").isCloseTo(1, within(1e-2));
    assertThat(merged.mean(2)).isCloseTo(1, within(1e-2));
    assertThat(merged.nonFinite()).as("once").containsExactly(new Streak(82, 82, 1, 0, 0));

    MergedSeries wide = MergedSeries.of(Columns.of(timeline, 0, 255, 8), score, 1000);
    assertThat(wide.columns()).isEqualTo(8);
    assertThat(wide.count(2)).as("each value once").isEqualTo(31);
    assertThat(wide.max(2)).isEqualTo(1e5);
  }

  @Test
  void shouldShowADeadNetworkAsOneRun() {
    double[] values = new double[200];
    for (int i = 50; i < 200; i++) {
      values[i] = i % 3 == 0 ? ABSENT : Double.NaN;
    }

    assertThat(merge(segments(values), 0, 199, 64).nonFinite())
        .containsExactly(new Streak(50, 199, 100, 0, 0));
  }

  @Test
  void shouldKeepNansApartThatHaveFiniteValuesBetween() {
    double[] values = {1, Double.NaN, 1, Double.NaN, Double.NaN, 1, Double.NEGATIVE_INFINITY};

    assertThat(merge(segments(values), 0, 6, 64).nonFinite())
        .containsExactly(
            new Streak(1, 1, 1, 0, 0), new Streak(3, 4, 2, 0, 0), new Streak(6, 6, 0, 0, 1));
  }

  @Test
  void shouldTakeTheRangeAlone() {
    double[] values = new double[100];
    for (int i = 0; i < 100; i++) {
      values[i] = i;
    }
    MergedSeries merged = merge(segments(values), 40, 59, 512);

    assertThat(merged.columns()).isEqualTo(20);
    assertThat(merged.mean(0)).isEqualTo(40);
    assertThat(merged.mean(19)).isEqualTo(59);
    assertThat(merged.isSingle()).isTrue();
  }

  @Test
  void shouldNotOverflowNearTheLargestValues() {
    double[] values = new double[64];
    Arrays.fill(values, 1e38);

    assertThat(merge(segments(values), 0, 63, 2).mean(0)).isCloseTo(1e38, within(1e33));
  }

  @Test
  void shouldKeepColumnsWhereTheyAreWhileTheRunGrows() {
    Columns before = Columns.of(Timeline.of(run, segments(new double[600])), 0, 599, 512);
    Columns after = Columns.of(Timeline.of(run, segments(new double[900])), 0, 899, 512);

    assertThat(after.width()).isEqualTo(before.width());
    for (int c = 0; c < before.size(); c++) {
      assertThat(after.first(c)).isEqualTo(before.first(c));
    }
  }

  @Test
  void shouldBeEmptyBeyondTheRun() {
    assertThat(merge(segments(1, 2, 3), 10, 20, 512).columns()).isZero();
  }
}
