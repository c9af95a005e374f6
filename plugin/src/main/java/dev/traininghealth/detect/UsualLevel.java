package dev.traininghealth.detect;

/**
 * Where a noisy quantity of this run usually is, up to the iteration before: a location that
 * follows the last hundred observations or so, and that one outlier hardly moves.
 */
public interface UsualLevel {
  /**
   * Counts what was observed.
   *
   * @return finite observations so far
   */
  long count();

  /**
   * Tells whether the level is worth comparing with.
   *
   * @return whether there were {@value History#WARM_UP} observations
   */
  boolean isWarm();

  /**
   * Gives the level.
   *
   * @return in units of the quantity; 0 before the first observation
   */
  double location();

  /**
   * Gives the value that is exceeded by chance with a probability, where the upper tail falls
   * exponentially.
   *
   * @param probability above 0 and below a half
   * @return in units of the quantity
   */
  double upperQuantile(double probability);
}
