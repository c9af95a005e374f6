package dev.traininghealth.measure;

import java.util.Arrays;

/** Counts the columns that have had only one value. */
final class ColumnRanges {
  private double[] min = {};
  private double[] max = {};
  private boolean comparable = true;

  /**
   * Prepares for a minibatch with this number of columns. If the number differs from before (images
   * of several sizes), columns are no longer comparable, and none is counted any more.
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

  /** Adds a finite value. */
  void add(int column, double value) {
    if (comparable) {
      if (value < min[column]) {
        min[column] = value;
      }
      if (value > max[column]) {
        max[column] = value;
      }
    }
  }

  /** Number of columns that are counted; 0 if they are not comparable. */
  int columns() {
    return comparable ? min.length : 0;
  }

  /** Number of columns in which exactly one value was seen. */
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
