package dev.traininghealth.measure.spread;

import dev.traininghealth.array.MeasuredArray;
import dev.traininghealth.numbers.Measurement;

/**
 * Measures how far a layer's activations differ from example to example, and in how many
 * directions.
 *
 * <p>At most {@value #MAX_ROWS} examples and {@value #MAX_COLUMNS} of their activations are read.
 * The squared singular values of these rows, without their mean, are the eigenvalues of their Gram
 * matrix G. Its trace and its Frobenius norm are enough: the effective rank is the participation
 * ratio tr(G)² / ‖G‖², between 1 and the number of rows less one.
 *
 * @hidden
 */
public final class ExampleSpread {
  /** Examples that are read. The Gram matrix of more costs more than reading the activations. */
  private static final int MAX_ROWS = 32;

  /** Activations of an example that are read: twice as many as there are rows. */
  private static final int MAX_COLUMNS = 64;

  /** The same if each read is an ND4J operation. */
  private static final int MAX_SLOW_COLUMNS = 32;

  /** Share of the sum of squares below which a difference is that of rounding in FLOAT. */
  private static final double ROUNDING_SHARE = 1e-12;

  private final double[][] rows = new double[MAX_ROWS][MAX_COLUMNS];
  private final long[] offsets = new long[MAX_COLUMNS];
  private double share = Measurement.absent();
  private double rank = Measurement.absent();

  /** Creates a measure of nothing. */
  public ExampleSpread() {}

  /**
   * Reads a minibatch's activations.
   *
   * @param values the activations as they are read
   * @param shape its sizes, of which the first is the number of examples
   * @param strides distances between neighbors of each dimension in memory
   */
  public void measure(MeasuredArray values, long[] shape, long[] strides) {
    share = Measurement.absent();
    rank = Measurement.absent();
    if (shape.length < 2 || shape[0] < 2) {
      return;
    }
    int height = (int) Math.min(MAX_ROWS, shape[0]);
    int width = columns(shape, strides, values.isReadFromMemory() ? MAX_COLUMNS : MAX_SLOW_COLUMNS);
    double squares = 0;
    for (int i = 0; i < height; i++) {
      long start = i * shape[0] / height * strides[0];
      for (int c = 0; c < width; c++) {
        double value = values.at(start + offsets[c]);
        rows[i][c] = value;
        squares += value * value;
      }
    }
    center(height, width);
    evaluate(height, width, squares);
  }

  /** Chooses activations of an example, evenly; returns their number. */
  private int columns(long[] shape, long[] strides, int max) {
    long all = 1;
    for (int d = 1; d < shape.length; d++) {
      all *= shape[d];
    }
    int width = (int) Math.min(max, all);
    for (int c = 0; c < width; c++) {
      long element = c * all / width;
      offsets[c] = 0;
      for (int d = shape.length - 1; d > 0; d--) {
        offsets[c] += element % shape[d] * strides[d];
        element /= shape[d];
      }
    }
    return width;
  }

  private void center(int height, int width) {
    for (int c = 0; c < width; c++) {
      double mean = 0;
      for (int i = 0; i < height; i++) {
        mean += rows[i][c] / height;
      }
      for (int i = 0; i < height; i++) {
        rows[i][c] -= mean;
      }
    }
  }

  private void evaluate(int height, int width, double squares) {
    double trace = 0;
    double frobenius = 0;
    for (int i = 0; i < height; i++) {
      for (int j = 0; j <= i; j++) {
        double product = 0;
        for (int c = 0; c < width; c++) {
          product += rows[i][c] * rows[j][c];
        }
        trace += i == j ? product : 0;
        frobenius += (i == j ? 1 : 2) * product * product;
      }
    }
    if (!Double.isFinite(squares) || !Double.isFinite(frobenius)) {
      return;
    }
    boolean isSame = trace <= ROUNDING_SHARE * squares || frobenius == 0;
    share = isSame ? 0 : trace / squares;
    rank = isSame ? 0 : trace * trace / frobenius;
  }

  /**
   * {@return the share of the sum of squares by which examples differ from their mean, from 0 if
   * all are the same to 1 if the mean is 0; absent if it could not be measured}
   */
  public double share() {
    return share;
  }

  /**
   * {@return the effective rank of the differences, at least 1, or 0 if all examples are the same;
   * absent if it could not be measured}
   */
  public double rank() {
    return rank;
  }
}
