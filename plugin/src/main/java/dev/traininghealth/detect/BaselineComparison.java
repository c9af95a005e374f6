package dev.traininghealth.detect;

/**
 * How much better the network scores than a frozen copy of what it was, on the same minibatches and
 * without dropout, so that the noise of the minibatches cancels. Where nothing was compared, {@link
 * #count} is 0.
 */
public interface BaselineComparison {
  /**
   * Counts the comparisons.
   *
   * @return comparisons since the copy was taken
   */
  int count();

  /**
   * Counts the iterations between the copy and the latest comparison.
   *
   * @return 0 without a comparison
   */
  long iterations();

  /**
   * Gives the gain as a share of what the copy scores.
   *
   * @return negative where the network has become worse
   */
  double relativeGain();

  /**
   * Tells whether the network is better than the copy at all, beyond doubt: slow progress is
   * progress.
   *
   * @return false where there were too few comparisons
   */
  boolean isBetter();
}
