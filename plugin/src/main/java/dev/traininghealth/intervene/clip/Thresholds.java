package dev.traininghealth.intervene.clip;

/**
 * Checks and applies thresholds, for all rules.
 *
 * @hidden
 */
public final class Thresholds {
  private Thresholds() {}

  /**
   * Checks that a value is above 0 and finite.
   *
   * @param name the value's name in the exception
   * @param value the value
   * @return the value
   * @throws IllegalArgumentException if it is out of range
   */
  public static double check(String name, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(name + " must be > 0 and finite, was " + value);
    }
    return value;
  }

  /**
   * Returns the factor that reduces a norm to a limit.
   *
   * @return {@code limit / norm}, above 0; 1 if the norm is not larger, or if the limit is unknown
   *     (NaN) or 0
   */
  static double factor(double norm, double limit) {
    return norm > limit && limit > 0 ? Math.max(limit / norm, Double.MIN_VALUE) : 1;
  }
}
