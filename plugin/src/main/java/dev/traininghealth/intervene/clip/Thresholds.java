package dev.traininghealth.intervene.clip;

/**
 * Checks and uses of thresholds that all rules share.
 *
 * @hidden
 */
public final class Thresholds {
  private Thresholds() {}

  /** The value, which must be positive and finite. */
  public static double check(String name, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(name + " must be > 0 and finite, was " + value);
    }
    return value;
  }

  /**
   * The factor that brings a norm down to a limit.
   *
   * @return {@code limit / norm}, above 0; 1 where the norm is no larger, and where the limit is
   *     not known (NaN), or is 0
   */
  static double factor(double norm, double limit) {
    return norm > limit && limit > 0 ? Math.max(limit / norm, Double.MIN_VALUE) : 1;
  }
}
