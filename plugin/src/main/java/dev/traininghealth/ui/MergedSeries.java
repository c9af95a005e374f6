package dev.traininghealth.ui;

import dev.traininghealth.read.BucketRest;
import dev.traininghealth.read.Timeline.Row;
import dev.traininghealth.record.NonFinite;
import dev.traininghealth.record.Segment;
import dev.traininghealth.ui.NonFiniteStreaks.Streak;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One series, merged into the columns of a chart. It has minimum, maximum and mean of the finite
 * values of each column, and the non-finite values as streaks of iterations. It keeps a spike or a
 * NaN of a single iteration for any width of the columns.
 */
final class MergedSeries {
  private final double[] min;
  private final double[] max;
  private final double[] mean;
  private final long[] count;
  private final List<Streak> nonFinite;

  private MergedSeries(int columns, List<Streak> nonFinite) {
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
   * @param maxStreaks maximum length of the list of non-finite streaks
   */
  static MergedSeries of(Columns columns, int series, int maxStreaks) {
    NonFiniteStreaks streaks = new NonFiniteStreaks();
    Map<Segment, NonFinite[]> bySegment = new HashMap<>();
    MergedSeries merged = new MergedSeries(columns.size(), streaks.list());
    for (int column = 0; column < columns.size(); column++) {
      merged.clear(column);
      for (Row row : columns.rows(column)) {
        boolean finite = merged.add(column, row, series);
        NonFinite found = nonFinite(row, series, bySegment);
        if (found != null) {
          streaks.add(found, finite);
        } else if (finite) {
          streaks.interrupt();
        }
      }
    }
    streaks.mergeTo(maxStreaks);
    return merged;
  }

  private void clear(int column) {
    min[column] = Double.NaN;
    max[column] = Double.NaN;
    mean[column] = Double.NaN;
  }

  /** Adds the finite values of a row; returns false if it has none. */
  private boolean add(int column, Row row, int series) {
    Segment segment = row.segment();
    if (!row.apart().isEmpty()) {
      BucketRest rest = BucketRest.of(row, series);
      if (rest == null) {
        return false;
      }
      add(column, rest.count(), rest.mean(), rest.min(), rest.max());
      return true;
    }
    double rowMean = segment.mean(series, row.bucket());
    if (Double.isNaN(rowMean)) {
      return false;
    }
    // A row of one iteration has one value, so the other columns need not be read.
    boolean single = segment.level() == 0;
    int n = single ? 1 : segment.count(series, row.bucket());
    double rowMin = single ? rowMean : segment.min(series, row.bucket());
    double rowMax = single ? rowMean : segment.max(series, row.bucket());
    add(column, n, rowMean, rowMin, rowMax);
    return true;
  }

  private void add(int column, long n, double rowMean, double rowMin, double rowMax) {
    if (count[column] == 0) {
      mean[column] = rowMean;
      min[column] = rowMin;
      max[column] = rowMax;
    } else {
      // Updated from the previous mean: a sum of many values near the largest double would
      // overflow.
      double weight = (double) n / (count[column] + n);
      mean[column] = mean[column] * (1 - weight) + rowMean * weight;
      min[column] = Math.min(min[column], rowMin);
      max[column] = Math.max(max[column], rowMax);
    }
    count[column] += n;
  }

  /** The non-finite values of a row; null for none. Those of a rest are its first part's. */
  private static @Nullable NonFinite nonFinite(
      Row row, int series, Map<Segment, NonFinite[]> bySegment) {
    NonFinite found = ofBucket(row, series, bySegment);
    if (found == null || row.apart().isEmpty()) {
      return found;
    }
    if (!row.isFirstPart()) {
      return null;
    }
    int nans = found.nans();
    int positive = found.positiveInfinities();
    int negative = found.negativeInfinities();
    for (Row single : row.apart()) {
      NonFinite elsewhere = ofBucket(single, series, bySegment);
      if (elsewhere != null) {
        nans -= elsewhere.nans();
        positive -= elsewhere.positiveInfinities();
        negative -= elsewhere.negativeInfinities();
      }
    }
    return nans + positive + negative <= 0
        ? null
        : new NonFinite(
            found.bucket(),
            nans,
            positive,
            negative,
            found.firstIteration(),
            found.lastIteration());
  }

  private static @Nullable NonFinite ofBucket(
      Row row, int series, Map<Segment, NonFinite[]> bySegment) {
    NonFinite[] byBucket =
        bySegment.computeIfAbsent(row.segment(), s -> nonFiniteByBucket(s, series));
    return byBucket.length == 0 ? null : byBucket[row.bucket()];
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

  /** Smallest finite value of a column; NaN if no finite value was measured. */
  double min(int column) {
    return min[column];
  }

  double max(int column) {
    return max[column];
  }

  double mean(int column) {
    return mean[column];
  }

  /** Number of finite values of a column. */
  long count(int column) {
    return count[column];
  }

  /** Whether no column holds more than one value, so that minimum, maximum and mean are equal. */
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

  /** Whether two series are equal in all columns, as learning rates of layers often are. */
  boolean isSameAs(MergedSeries other) {
    return Arrays.equals(mean, other.mean)
        && Arrays.equals(min, other.min)
        && Arrays.equals(max, other.max)
        && nonFinite.equals(other.nonFinite);
  }

  /** The streaks of non-finite values in the order of the iterations. */
  List<Streak> nonFinite() {
    return nonFinite;
  }
}
