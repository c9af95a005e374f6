package dev.traininghealth.detect;

/**
 * The course of the score: whether it falls by more than its noise explains.
 *
 * <p>The level at the start of the run is compared with a median of recent block means. The tests
 * use three standard errors of block means, which allow for dependent scores.
 *
 * <p>All numbers are updated every {@value History#EVALUATION_INTERVAL} iterations, in units of the
 * score unless stated otherwise. The tests are false until {@link #isKnown}.
 */
public interface Progress {
  /** {@return whether the levels are known, after about eight blocks, before which they are NaN} */
  boolean isKnown();

  /** {@return the score at the start of the run, robust against a single jump, NaN if unknown} */
  double start();

  /** {@return the score in the last quarter of the run, a median of block means, NaN if unknown} */
  double recent();

  /**
   * {@return the lowest level over a quarter of the run, a median of block means, NaN if unknown}
   */
  double best();

  /** {@return the lowest block mean, or Infinity before the first block is complete} */
  double lowestBlock();

  /** {@return the mean of the run's first block, or 0 before it is complete} */
  double firstBlock();

  /** {@return the number of iterations in all complete blocks together} */
  long iterations();

  /** {@return {@link #start} − {@link #recent}, negative if the score has risen} */
  double gain();

  /** {@return the standard error of {@link #gain}} */
  double gainError();

  /**
   * {@return the fall from the third to the last quarter of the run, negative if the score has
   * risen}
   */
  double recentGain();

  /**
   * {@return three standard errors of {@link #recentGain}, which it exceeds by chance about once in
   * a thousand times}
   */
  double recentGainByChance();

  /** {@return the standard error of {@link #recent}} */
  double error();

  /**
   * {@return whether the score is below its start by more than three standard errors of {@link
   * #recent}}
   */
  boolean isBelowStart();

  /**
   * {@return whether the score has fallen by more than a share of its start, at three standard
   * errors}
   *
   * @param share from 0 to 1
   */
  boolean hasFallenBy(double share);

  /**
   * {@return whether the score has fallen by less than a share of its start, at three standard
   * errors}
   *
   * @param share from 0 to 1
   */
  boolean hasFallenLessThan(double share);

  /** {@return whether the score has fallen recently, however little, at three standard errors} */
  boolean hasTrend();

  /** {@return whether the score has risen recently, however little, at three standard errors} */
  boolean isRising();

  /**
   * {@return whether the score has recently fallen by less than a share of itself, at three
   * standard errors}
   *
   * @param share from 0 to 1
   */
  boolean isFlat(double share);
}
