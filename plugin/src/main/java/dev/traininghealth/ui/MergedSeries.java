package dev.traininghealth.ui;

import dev.traininghealth.record.NonFinite;
import dev.traininghealth.record.Segment;
import dev.traininghealth.ui.Timeline.Row;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One series, merged to the columns of a chart: lowest, highest and mean over the finite values of
 * each column, and what was not finite as runs of iterations. A spike or a NaN of a single
 * iteration is in it however wide the columns are.
 */
final class MergedSeries {
  private final double[] min;
  private final double[] max;
  private final double[] mean;
  private final long[] count;
  private final List<NonFiniteStreak> nonFinite;

  private MergedSeries(int columns, List<NonFiniteStreak> nonFinite) {
    min = new double[columns];
    max = new double[columns];
    mean = new double[columns];
    count = new long[columns];
    this.nonFinite = nonFinite;
  }

  /**
   * Merges a series.
   *
   * @param series its index in the run's description
   * @param mostRuns bound for the list of what is not finite
   */
  static MergedSeries of(Columns columns, int series, int mostRuns) {
    NonFiniteStreaks runs = new NonFiniteStreaks();
    Map<Segment, NonFinite[]> bySegment = new HashMap<>();
    MergedSeries merged = new MergedSeries(columns.size(), runs.list());
    for (int column = 0; column < columns.size(); column++) {
      merged.clear(column);
      for (Row row : columns.rows(column)) {
        boolean finite = merged.add(column, row, series);
        NonFinite[] byBucket =
            bySegment.computeIfAbsent(row.segment(), s -> nonFiniteByBucket(s, series));
        NonFinite found = byBucket.length == 0 ? null : byBucket[row.bucket()];
        if (found != null) {
          runs.add(found, finite);
        } else if (finite) {
          runs.interrupt();
        }
      }
    }
    runs.mergeTo(mostRuns);
    return merged;
  }

  private void clear(int column) {
    min[column] = Double.NaN;
    max[column] = Double.NaN;
    mean[column] = Double.NaN;
  }

  /** Adds the finite values of a row; false if it has none. */
  private boolean add(int column, Row row, int series) {
    Segment segment = row.segment();
    double rowMean = segment.mean(series, row.bucket());
    if (Double.isNaN(rowMean)) {
      return false;
    }
    // A row of one iteration has one value: the other columns are not looked up.
    boolean single = segment.level() == 0;
    int n = single ? 1 : segment.count(series, row.bucket());
    double rowMin = single ? rowMean : segment.min(series, row.bucket());
    double rowMax = single ? rowMean : segment.max(series, row.bucket());
    if (count[column] == 0) {
      mean[column] = rowMean;
      min[column] = rowMin;
      max[column] = rowMax;
    } else {
      // As a step from the mean so far: a sum of many values near the largest double would
      // overflow.
      double weight = (double) n / (count[column] + n);
      mean[column] = mean[column] * (1 - weight) + rowMean * weight;
      min[column] = Math.min(min[column], rowMin);
      max[column] = Math.max(max[column], rowMax);
    }
    count[column] += n;
    return true;
  }

  private static NonFinite[] nonFiniteByBucket(Segment segment, int series) {
    List<NonFinite> found = segment.nonFinite(series);
    if (found.isEmpty()) {
      return new NonFinite[0];
    }
    NonFinite[] byBucket = new NonFinite[segment.buckets()];
    for (NonFinite each : found) {
      byBucket[each.bucket()] = each;
    }
    return byBucket;
  }

  int columns() {
    return mean.length;
  }

  /** Lowest finite value of a column; NaN where nothing finite was measured. */
  double min(int column) {
    return min[column];
  }

  double max(int column) {
    return max[column];
  }

  double mean(int column) {
    return mean[column];
  }

  /** How many finite values a column holds. */
  long count(int column) {
    return count[column];
  }

  /** Whether no column holds more than one value, so that lowest, highest and mean are the same. */
  boolean isSingle() {
    for (long n : count) {
      if (n > 1) {
        return false;
      }
    }
    return true;
  }

  boolean isEmpty() {
    for (long n : count) {
      if (n > 0) {
        return false;
      }
    }
    return nonFinite.isEmpty();
  }

  /** Whether two series were the same all along, as learning rates of layers often are. */
  boolean isSameAs(MergedSeries other) {
    return Arrays.equals(mean, other.mean)
        && Arrays.equals(min, other.min)
        && Arrays.equals(max, other.max)
        && nonFinite.equals(other.nonFinite);
  }

  /** What was not finite, in the order of the iterations. */
  List<NonFiniteStreak> nonFinite() {
    return nonFinite;
  }
}
