package dev.traininghealth.numbers;

/**
 * The numbers from a lower to an upper limit.
 *
 * @param low the lower limit; minus infinity for none
 * @param high the upper limit; infinity for none
 */
public record Range(double low, double high) {
  /** All numbers. */
  public static final Range ALL = new Range(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

  /** Checks the order of the limits. */
  public Range {
    if (!(low <= high)) {
      throw new IllegalArgumentException("low must be <= high, were " + low + " and " + high);
    }
  }

  /**
   * {@return the numbers that are in both ranges, or this range if there are none}
   *
   * @param other the other range
   */
  public Range intersect(Range other) {
    double from = Math.max(low, other.low);
    double to = Math.min(high, other.high);
    return from <= to ? new Range(from, to) : this;
  }
}
