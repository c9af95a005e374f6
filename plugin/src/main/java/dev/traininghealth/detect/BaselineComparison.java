package dev.traininghealth.detect;

/**
 * How much better the network scores than its frozen baseline.
 *
 * <p>Both are scored on the same minibatches without dropout, so that the noise of the minibatches
 * cancels. Without comparisons {@link #count} is 0.
 */
public interface BaselineComparison {
  /** {@return the number of comparisons since the baseline was taken} */
  int count();

  /**
   * {@return the number of iterations from the baseline to the latest comparison, or 0 without one}
   */
  long iterations();

  /**
   * {@return the gain as a share of the baseline's score, negative if the network has become worse}
   */
  double relativeGain();

  /** {@return the baseline's score on recent minibatches, NaN if unknown} */
  double baselineScore();

  /**
   * Whether the network is better than the baseline by more than three standard errors.
   *
   * <p>Slow progress also counts.
   *
   * @return false after fewer than four comparisons
   */
  boolean isBetter();
}
