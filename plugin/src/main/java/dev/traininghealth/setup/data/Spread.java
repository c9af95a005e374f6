package dev.traininghealth.setup.data;

/**
 * Count, range, mean and standard deviation of numbers, by Welford's algorithm (1962), which a
 * large mean costs no precision.
 *
 * @hidden
 */
public final class Spread {
  private long count;
  private double mean;
  private double squares;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;

  Spread() {}

  void add(double value) {
    count++;
    double distance = value - mean;
    mean += distance / count;
    squares += distance * (value - mean);
    min = Math.min(min, value);
    max = Math.max(max, value);
  }

  /** {@return how many numbers were added} */
  public long count() {
    return count;
  }

  /** {@return the smallest number; infinity without any} */
  public double min() {
    return min;
  }

  /** {@return the largest number; minus infinity without any} */
  public double max() {
    return max;
  }

  /** {@return the mean; NaN without numbers} */
  public double mean() {
    return count == 0 ? Double.NaN : mean;
  }

  /** {@return the standard deviation around the mean; NaN without numbers} */
  public double standardDeviation() {
    return count == 0 ? Double.NaN : Math.sqrt(squares / count);
  }

  /** {@return the root of the mean square; NaN without numbers} */
  public double rootMeanSquare() {
    return count == 0 ? Double.NaN : Math.sqrt(squares / count + mean * mean);
  }

  /** {@return whether there are at least two numbers, and all are equal} */
  public boolean isConstant() {
    return count > 1 && min == max;
  }
}
