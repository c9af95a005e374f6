package dev.traininghealth.detect;

/**
 * Whether the score falls, as far as can be told from its noise: the level at the start of the run
 * is compared with a median of block means lately. What is called <em>beyond doubt</em> holds at
 * three standard errors of block means, which allow for scores that depend on each other.
 *
 * <p>Everything is computed anew every {@value History#EVALUATION_INTERVAL} iterations.
 */
public interface Progress {
  /**
   * Tells whether there is enough to compare.
   *
   * @return false in about the first eight blocks; all numbers here are NaN then
   */
  boolean isKnown();

  /**
   * Gives the score at the start of the run.
   *
   * @return a level that a single jump does not move
   */
  double start();

  /**
   * Gives the score in the last quarter of the run.
   *
   * @return median of block means
   */
  double recent();

  /**
   * Gives the lowest level that the score has had over a quarter of the run.
   *
   * @return median of block means
   */
  double best();

  /**
   * Gives the lowest mean of a block.
   *
   * @return the mean; infinite before the first block is complete
   */
  double lowestBlock();

  /**
   * Gives the mean of the run's first block.
   *
   * @return the mean; 0 before it is complete
   */
  double firstBlock();

  /**
   * Counts the iterations that are looked at.
   *
   * @return iterations that all complete blocks hold together
   */
  long iterations();

  /**
   * Tells how far the score has fallen since the start.
   *
   * @return {@link #start} − {@link #recent}; negative where it has risen
   */
  double gain();

  /**
   * Gives the standard error of {@link #gain}.
   *
   * @return in units of the score
   */
  double gainError();

  /**
   * Tells how far the score has fallen from the third quarter of the run to the last.
   *
   * @return negative where it has risen
   */
  double recentGain();

  /**
   * Gives what {@link #recentGain} exceeds by chance once in a thousand times.
   *
   * @return in units of the score
   */
  double recentGainByChance();

  /**
   * Gives the standard error of {@link #recent}.
   *
   * @return in units of the score
   */
  double error();

  /**
   * Tells whether the score is lower than at the start, for all that the noise of late tells.
   *
   * @return false where nothing is known yet
   */
  boolean isBelowStart();

  /**
   * Tells whether the score has fallen by more than a share of where it began, beyond doubt.
   *
   * @param share 1 for all of it
   * @return false where nothing is known yet
   */
  boolean hasFallenBy(double share);

  /**
   * Tells whether the score has not fallen by as much as a share of where it began, beyond doubt.
   *
   * @param share 1 for all of it
   * @return false where nothing is known yet
   */
  boolean hasFallenLessThan(double share);

  /**
   * Tells whether there is a fall lately, however small, that is no noise.
   *
   * @return false where nothing is known yet
   */
  boolean hasTrend();

  /**
   * Tells whether the score has not fallen by as much as a share of itself lately, beyond doubt.
   *
   * @param share 1 for all of it
   * @return false where nothing is known yet
   */
  boolean isFlat(double share);
}
