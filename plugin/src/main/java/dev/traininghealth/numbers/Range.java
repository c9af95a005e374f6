package dev.traininghealth.numbers;

/**
 * Numbers from a lower to an upper limit.
 *
 * @param low the lower limit, minus infinity for none
 * @param high the upper limit, infinity for none
 */
public record Range(double low, double high) {
  /** All numbers. */
  public static final Range ALL = new Range(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

  /** Checks the order. */
  public Range {
    if (!(low <= high)) {
      throw new IllegalArgumentException("low must be <= high, were " + low + " and " + high);
    }
  }

  /**
   * Returns the numbers that are in two ranges.
   *
   * @param other the other range
   * @return the part they share; this one where they share nothing
   */
  public Range intersect(Range other) {
    double from = Math.max(low, other.low);
    double to = Math.min(high, other.high);
    return from <= to ? new Range(from, to) : this;
  }
}
