package dev.traininghealth.read;

import dev.traininghealth.read.Timeline.Row;
import dev.traininghealth.record.Segment;
import org.jspecify.annotations.Nullable;

/**
 * The finite values of a coarse row without those iterations that are shown singly. Count and mean
 * follow from those of all. The smallest value is known if it is smaller than that of the single
 * iterations, the largest if it is larger; otherwise the mean stands for it, because the extreme is
 * shown where it was.
 *
 * @param count number of values, above 0
 * @param min the smallest
 * @param max the largest
 * @param mean the mean
 * @hidden
 */
public record BucketRest(long count, double min, double max, double mean) {
  /** Relative error of recorded values, see {@link Segment}. */
  private static final double PRECISION = 5e-7;

  /**
   * Largest relative error of a mean that is shown; above it the smallest value stands for it.
   * Beside a spike of more than 10^8 times the usual value, the mean of the others cannot be
   * computed from that of all.
   */
  private static final double MAX_ERROR = 0.01;

  /**
   * {@return the rest of a row; null if it has no finite values}
   *
   * @param row a row with iterations that are shown {@linkplain Row#apart apart}
   * @param series index of the series
   */
  public static @Nullable BucketRest of(Row row, int series) {
    Segment segment = row.segment();
    int all = segment.count(series, row.bucket());
    long count = all;
    double sum = 0;
    double magnitude = 0;
    double smallest = Double.POSITIVE_INFINITY;
    double largest = Double.NEGATIVE_INFINITY;
    for (Row single : row.apart()) {
      double value = single.segment().mean(series, single.bucket());
      if (!Double.isNaN(value)) {
        count--;
        sum += value / all; // divided first, because a sum of huge values would overflow
        magnitude += Math.abs(value) / all;
        smallest = Math.min(smallest, value);
        largest = Math.max(largest, value);
      }
    }
    if (count <= 0) {
      return null;
    }
    double min = segment.min(series, row.bucket());
    double max = segment.max(series, row.bucket());
    boolean knowsMin = min < smallest;
    boolean knowsMax = max > largest;
    double bucketMean = segment.mean(series, row.bucket());
    double share = (double) all / count;
    double mean = (bucketMean - sum) * share;
    double error = PRECISION * (Math.abs(bucketMean) + magnitude) * share;
    mean = error <= MAX_ERROR * Math.abs(mean) ? Math.max(min, Math.min(max, mean)) : min;
    return new BucketRest(count, knowsMin ? min : mean, knowsMax ? max : mean, mean);
  }
}
