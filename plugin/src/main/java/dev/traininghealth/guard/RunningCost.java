package dev.traininghealth.guard;

/**
 * What a measurement usually takes. Falling times are followed at once, because the first is far
 * longer than later ones: its code is not compiled. Rising ones are followed slowly.
 *
 * @hidden
 */
public final class RunningCost {
  /** Weight of a longer time. */
  private static final double RISING_SMOOTHING = 0.1;

  /** Weight of a shorter time. */
  private static final double FALLING_SMOOTHING = 0.9;

  /** Multiple of the running cost as which a single pause of the JVM counts at most. */
  private static final double MAX_RISE_FACTOR = 4;

  private double nanos;
  private boolean known;

  /** Creates a cost that is not known yet. */
  public RunningCost() {}

  /**
   * Takes the time of one measurement.
   *
   * @param observed nanoseconds
   */
  public void add(double observed) {
    double change = Math.min(observed, MAX_RISE_FACTOR * nanos) - nanos;
    nanos = known ? nanos + (change < 0 ? FALLING_SMOOTHING : RISING_SMOOTHING) * change : observed;
    known = true;
  }

  /** {@return whether there was a measurement} */
  public boolean isKnown() {
    return known;
  }

  /** {@return the usual time, nanoseconds; 0 before the first measurement} */
  public double nanos() {
    return nanos;
  }
}
