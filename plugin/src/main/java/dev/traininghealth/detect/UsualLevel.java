package dev.traininghealth.detect;

/**
 * The usual level of a noisy quantity of this run, up to the previous iteration.
 *
 * <p>It follows about the last hundred observations, and one outlier hardly moves it.
 */
public interface UsualLevel {
  /** {@return the number of finite observations} */
  long count();

  /**
   * {@return whether there were {@value History#WARM_UP} observations, so that comparisons are
   * reliable}
   */
  boolean isWarm();

  /** {@return the level in units of the quantity, or 0 before the first observation} */
  double location();

  /**
   * Returns the value that is exceeded by chance with a probability, assuming an exponential upper
   * tail.
   *
   * @param probability above 0 and below 0.5
   * @return the value in units of the quantity
   */
  double upperQuantile(double probability);
}
