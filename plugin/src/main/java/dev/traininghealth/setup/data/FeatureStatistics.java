package dev.traininghealth.setup.data;

import java.util.Arrays;

/**
 * Statistics of one input over the minibatches that were read. Non-finite elements are only
 * counted.
 *
 * @hidden
 */
public final class FeatureStatistics {
  /** Maximum of examples whose scale is kept, 800 kB. Further ones enter the other statistics. */
  private static final int MAX_ROWS = 100_000;

  /** Number of columns above which they are not distinguished, to limit memory. */
  private static final int MAX_COLUMNS = 100_000;

  private Spread[] columns = {};
  private boolean isComparable = true;
  private double[] rows = new double[256];
  private int rowCount;
  private int[] rowMinibatches = new int[256];
  private int[] rowIndices = new int[256];
  private long nonFinite;
  private int nonFiniteMinibatch = -1;
  private int nonFiniteRow = -1;
  private boolean isWhole = true;
  private boolean isSpatial;

  FeatureStatistics() {}

  void add(Elements x, int minibatch, boolean spatial) {
    isSpatial |= spatial;
    if (columns.length == 0 && x.columns() <= MAX_COLUMNS) {
      columns = new Spread[x.columns()];
      Arrays.setAll(columns, c -> new Spread());
    }
    isComparable &= columns.length == x.columns();
    for (int example = 0; example < x.examples(); example++) {
      double squares = 0;
      long count = 0;
      for (int column = 0; column < x.columns(); column++) {
        for (int position = 0; position < x.positions(); position++) {
          double value = x.at(example, column, position);
          if (!x.isPresent(example, position)) {
            continue;
          }
          if (!Double.isFinite(value)) {
            addNonFinite(minibatch, example);
            continue;
          }
          squares += value * value;
          count++;
          isWhole &= value == Math.rint(value);
          if (isComparable) {
            columns[column].add(value);
          }
        }
      }
      if (count > 0 && rowCount < MAX_ROWS) {
        addRow(Math.sqrt(squares / count), minibatch, example);
      }
    }
  }

  private void addNonFinite(int minibatch, int row) {
    if (nonFinite++ == 0) {
      nonFiniteMinibatch = minibatch;
      nonFiniteRow = row;
    }
  }

  private void addRow(double scale, int minibatch, int row) {
    if (rowCount == rows.length) {
      int larger = Math.min(MAX_ROWS, 2 * rowCount);
      rows = Arrays.copyOf(rows, larger);
      rowMinibatches = Arrays.copyOf(rowMinibatches, larger);
      rowIndices = Arrays.copyOf(rowIndices, larger);
    }
    rowMinibatches[rowCount] = minibatch;
    rowIndices[rowCount] = row;
    rows[rowCount++] = scale;
  }

  /** {@return each column, over all examples and steps; none if their number differs} */
  public Spread[] columns() {
    return isComparable ? columns.clone() : new Spread[0];
  }

  /**
   * {@return whether columns are the channels of images, so that a pixel's column is not
   * distinguished}
   */
  public boolean isSpatial() {
    return isSpatial;
  }

  /** {@return whether all elements are whole numbers} */
  public boolean isWhole() {
    return isWhole;
  }

  /** {@return number of NaN and infinite elements} */
  public long nonFinite() {
    return nonFinite;
  }

  /** {@return the minibatch of the first of them, from 0; -1 if there are none} */
  public int nonFiniteMinibatch() {
    return nonFiniteMinibatch;
  }

  /** {@return the row of the first of them in its minibatch, from 0; -1 if there are none} */
  public int nonFiniteRow() {
    return nonFiniteRow;
  }

  /** {@return number of examples with a scale, the root of the mean square of their features} */
  public int rows() {
    return rowCount;
  }

  /** {@return the scale of an example} */
  public double rowScale(int row) {
    return rows[row];
  }

  /** {@return the minibatch of an example, from 0} */
  public int rowMinibatch(int row) {
    return rowMinibatches[row];
  }

  /** {@return the row of an example in its minibatch, from 0} */
  public int rowIndex(int row) {
    return rowIndices[row];
  }

  /** {@return the median scale of the examples; NaN without examples} */
  public double medianRowScale() {
    return median(Arrays.copyOf(rows, rowCount));
  }

  /** {@return the median of numbers; NaN without any} */
  public static double median(double[] values) {
    if (values.length == 0) {
      return Double.NaN;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
