package dev.traininghealth.compare;

import dev.traininghealth.read.Timeline.Row;
import dev.traininghealth.record.NonFinite;
import java.util.Arrays;

/**
 * The mean of a series in each block. A mean is exact however coarse the rows are, because a bucket
 * keeps the mean and the number of its values; a median or a mean of logarithms would not be.
 */
final class BlockMeans {
  private final double[] values;
  private final boolean[] present;

  private BlockMeans(double[] values, boolean[] present) {
    this.values = values;
    this.present = present;
  }

  /** No block has a value. */
  static BlockMeans none(int blocks) {
    double[] values = new double[blocks];
    Arrays.fill(values, Double.NaN);
    return new BlockMeans(values, new boolean[blocks]);
  }

  /**
   * Computes the means.
   *
   * @param blockOf the block of each row, -1 for none
   * @param column the series
   */
  static BlockMeans of(RowPositions rows, int[] blockOf, int blocks, int column) {
    double[] sums = new double[blocks];
    long[] counts = new long[blocks];
    for (int i = 0; i < blockOf.length; i++) {
      int block = blockOf[i];
      if (block >= 0) {
        Row row = rows.row(i);
        int n = row.segment().count(column, row.bucket());
        if (n > 0) {
          sums[block] += n * row.segment().mean(column, row.bucket());
          counts[block] += n;
        }
      }
    }
    BlockMeans means = none(blocks);
    if (Arrays.stream(counts).anyMatch(count -> count == 0)) {
      means.addNonFinite(rows, blockOf, column);
    }
    for (int block = 0; block < blocks; block++) {
      if (counts[block] > 0) {
        means.values[block] = sums[block] / counts[block];
        means.present[block] = true;
      }
    }
    return means;
  }

  private void addNonFinite(RowPositions rows, int[] blockOf, int column) {
    for (int i = 0; i < blockOf.length; ) {
      Row first = rows.row(i);
      int next = i;
      while (next < blockOf.length && rows.row(next).segment() == first.segment()) {
        next++;
      }
      NonFinite[] byBucket = new NonFinite[first.segment().buckets()];
      for (NonFinite found : first.segment().nonFinite(column)) {
        byBucket[found.bucket()] = found;
      }
      for (; i < next; i++) {
        NonFinite found = byBucket[rows.row(i).bucket()];
        if (blockOf[i] >= 0 && found != null) {
          add(blockOf[i], mean(found));
        }
      }
    }
  }

  private void add(int block, double value) {
    values[block] = present[block] ? values[block] + value : value;
    present[block] = true;
  }

  /** The mean of non-finite values by the rules of arithmetic. */
  private static double mean(NonFinite found) {
    if (found.nans() > 0 || (found.positiveInfinities() > 0 && found.negativeInfinities() > 0)) {
      return Double.NaN;
    }
    return found.positiveInfinities() > 0 ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
  }

  /** Whether a block has a value. */
  boolean isPresent(int block) {
    return present[block];
  }

  /** Whether any block has a value. */
  boolean isAnyPresent() {
    for (boolean each : present) {
      if (each) {
        return true;
      }
    }
    return false;
  }

  /** Whether all blocks are 0. */
  boolean isZero() {
    return Arrays.stream(values).allMatch(value -> value == 0);
  }

  /**
   * The mean of the finite values of a block. Of one that has only others it is NaN or an infinity,
   * as they are; of one without a value NaN.
   */
  double value(int block) {
    return values[block];
  }
}
