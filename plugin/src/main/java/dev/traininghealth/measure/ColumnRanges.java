package dev.traininghealth.measure;

import java.util.Arrays;

/** Which columns have had one value alone. */
final class ColumnRanges {
  private double[] min = {};
  private double[] max = {};
  private boolean comparable = true;

  /**
   * Prepares for a minibatch of so many columns. When it is another number than before (images of
   * many sizes), columns are no longer the same things, and none is counted any more.
   */
  void begin(int columns) {
    if (min.length == 0) {
      min = new double[columns];
      max = new double[columns];
      Arrays.fill(min, Double.POSITIVE_INFINITY);
      Arrays.fill(max, Double.NEGATIVE_INFINITY);
    }
    comparable &= columns == min.length;
  }

  void add(int column, double value) {
    if (comparable) {
      min[column] = Math.min(min[column], value);
      max[column] = Math.max(max[column], value);
    }
  }

  /** Columns that are counted; 0 where they cannot be. */
  int columns() {
    return comparable ? min.length : 0;
  }

  /** Columns in which something was seen, and nothing else. */
  int constant() {
    int constant = 0;
    for (int column = 0; column < columns(); column++) {
      if (min[column] == max[column]) {
        constant++;
      }
    }
    return constant;
  }
}
