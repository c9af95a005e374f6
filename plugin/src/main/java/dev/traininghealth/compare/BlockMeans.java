package dev.traininghealth.compare;

import dev.traininghealth.read.Timeline.Row;
import dev.traininghealth.record.NonFinite;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The mean of a series in each block. A mean is exact however coarse the rows are, because a bucket
 * keeps the mean and the number of its values; a median or a mean of logarithms would not be.
 */
final class BlockMeans {
  private BlockMeans() {}

  /**
   * Computes the means.
   *
   * @param blockOf the block of each row, -1 for none
   * @param column the series
   * @return NaN for a block without a value, positive infinity for one that has only non-finite
   *     ones
   */
  static double[] of(RowPositions rows, int[] blockOf, int blocks, int column) {
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
    boolean[] nonFinite = new boolean[blocks];
    if (Arrays.stream(counts).anyMatch(count -> count == 0)) {
      findNonFinite(rows, blockOf, column, nonFinite);
    }
    for (int block = 0; block < blocks; block++) {
      if (counts[block] > 0) {
        sums[block] /= counts[block];
      } else {
        sums[block] = nonFinite[block] ? Double.POSITIVE_INFINITY : Double.NaN;
      }
    }
    return sums;
  }

  private static void findNonFinite(
      RowPositions rows, int[] blockOf, int column, boolean[] nonFinite) {
    for (int i = 0; i < blockOf.length; ) {
      Row first = rows.row(i);
      int next = i;
      while (next < blockOf.length && rows.row(next).segment() == first.segment()) {
        next++;
      }
      BitSet buckets = new BitSet();
      for (NonFinite found : first.segment().nonFinite(column)) {
        buckets.set(found.bucket());
      }
      for (; i < next; i++) {
        if (blockOf[i] >= 0 && buckets.get(rows.row(i).bucket())) {
          nonFinite[blockOf[i]] = true;
        }
      }
    }
  }
}
