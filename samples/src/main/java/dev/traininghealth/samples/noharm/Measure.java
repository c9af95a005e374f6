package dev.traininghealth.samples.noharm;

import org.jspecify.annotations.Nullable;

/**
 * What the result of a training is measured by.
 *
 * @param name for tables
 * @param higherIsBetter true for an accuracy, false for a score
 * @param tolerance the largest difference that does not matter, in units of the measure, at least 0
 * @param relativeTolerance the same as a share of the value that is compared with; the larger
 *     counts
 * @param target what a protected run must reach whatever the run alone does, or null
 */
record Measure(
    String name,
    boolean higherIsBetter,
    double tolerance,
    double relativeTolerance,
    @Nullable Double target) {
  /** One point: what a different order of the examples changes anyway. */
  private static final double ACCURACY_TOLERANCE = 0.01;

  private static final double SCORE_TOLERANCE = 0.05;

  /** Share of the test examples that are classified correctly. */
  static Measure accuracy() {
    return new Measure("accuracy", true, ACCURACY_TOLERANCE, 0, null);
  }

  /** A score; a rise of 5 % does not matter. */
  static Measure score() {
    return new Measure("score", false, 0, SCORE_TOLERANCE, null);
  }

  /**
   * A score, of which a rise by less than this does not matter: where it ends at next to nothing,
   * or below 0.
   */
  static Measure score(double tolerance) {
    return new Measure("score", false, tolerance, 0, null);
  }

  /** The same under another name. */
  Measure named(String newName) {
    return new Measure(newName, higherIsBetter, tolerance, relativeTolerance, target);
  }

  /** The same with a value that protected runs must reach. */
  Measure withTarget(double newTarget) {
    return new Measure(name, higherIsBetter, tolerance, relativeTolerance, newTarget);
  }

  /** By how much {@code value} is worse than {@code reference}: below 0 if it is better. */
  double loss(double value, double reference) {
    return higherIsBetter ? reference - value : value - reference;
  }

  /** Whether {@code value} is worse than {@code reference} by more than does not matter. */
  boolean isWorse(double value, double reference) {
    if (!Double.isFinite(value) || !Double.isFinite(reference)) {
      return Double.isFinite(reference) && !Double.isFinite(value);
    }
    double allowed = Math.max(tolerance, relativeTolerance * Math.abs(reference));
    return loss(value, reference) > allowed;
  }

  /** The worse of two values; one that is not finite is worse than any that is. */
  double worse(double one, double other) {
    if (!Double.isFinite(one) || !Double.isFinite(other)) {
      return Double.isFinite(one) ? other : one;
    }
    return loss(one, other) > 0 ? one : other;
  }

  /** Whether the value reaches the target; true without one. */
  boolean reachesTarget(double value) {
    return target == null || (Double.isFinite(value) && loss(value, target) <= 0);
  }
}
