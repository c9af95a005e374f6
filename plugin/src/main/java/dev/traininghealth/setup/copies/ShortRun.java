package dev.traininghealth.setup.copies;

/**
 * A short run of a copy from the network's present state, with scores as in training.
 *
 * @param rateFactor factor on the configured learning rates
 * @param before score before the first step, mean over some minibatches
 * @param after score of the same minibatches after the last step; NaN or infinite if a score was
 * @param steps number of steps
 * @hidden
 */
public record ShortRun(double rateFactor, double before, double after, int steps) {
  /** Share by which the score rises in a run that diverges, beyond the noise of minibatches. */
  private static final double DIVERGED_SHARE = 0.5;

  /** {@return whether the score rises by more than half, or is not finite} */
  public boolean diverges() {
    return !isFinite() || after - before > DIVERGED_SHARE * Math.abs(before);
  }

  /** {@return whether all scores were finite} */
  public boolean isFinite() {
    return Double.isFinite(before) && Double.isFinite(after);
  }

  /**
   * {@return whether the score has fallen by more than a share of its start}
   *
   * @param share 0 to 1
   */
  public boolean hasFallenBy(double share) {
    return isFinite() && before - after > share * Math.abs(before);
  }
}
