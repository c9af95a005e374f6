package dev.traininghealth.samples.noharm;

import org.jspecify.annotations.Nullable;

/**
 * The measure of a run's result.
 *
 * @param name for tables
 * @param higherIsBetter true for an accuracy, false for a score
 * @param target value that a protected run must reach, whatever the run alone does, or null
 */
record Measure(String name, boolean higherIsBetter, @Nullable Double target) {
  /** Share of a value that counts as rounding: another order of the same sums may change it. */
  private static final double ROUNDING = 1e-6;

  /** Share of the test examples that are classified correctly. */
  static Measure accuracy() {
    return new Measure("accuracy", true, null);
  }

  /** A score. */
  static Measure score() {
    return new Measure("score", false, null);
  }

  /** The same measure under another name. */
  Measure named(String newName) {
    return new Measure(newName, higherIsBetter, target);
  }

  /** The same measure with a value that protected runs must reach. */
  Measure withTarget(double newTarget) {
    return new Measure(name, higherIsBetter, newTarget);
  }

  /** The difference by which {@code value} is worse than {@code reference}; negative if better. */
  double loss(double value, double reference) {
    return higherIsBetter ? reference - value : value - reference;
  }

  /** Whether a finite {@code value} is worse than a finite {@code reference}. */
  boolean isWorse(double value, double reference) {
    return loss(value, reference) > ROUNDING * Math.abs(reference);
  }

  /** The worse of two finite values. */
  double worse(double one, double other) {
    return loss(one, other) > 0 ? one : other;
  }

  /** Whether the value reaches the target; true without one. */
  boolean reachesTarget(double value) {
    return target == null || (Double.isFinite(value) && loss(value, target) <= 0);
  }
}
