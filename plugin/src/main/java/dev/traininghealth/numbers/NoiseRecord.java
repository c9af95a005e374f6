package dev.traininghealth.numbers;

/**
 * A writable {@link NoiseScale}.
 *
 * @hidden
 */
public final class NoiseRecord implements NoiseScale {
  private long iteration = -1;
  private long parametersIteration = -1;
  private double low = Measurement.absent();
  private double high = Measurement.absent();
  private double variance = Measurement.absent();

  /** Creates the record of no measurement. */
  public NoiseRecord() {}

  /**
   * Records a measurement.
   *
   * @param at the iteration
   * @param of the iteration whose parameters were measured
   * @param from a batch size that the noise scale exceeds, in examples
   * @param to a batch size that exceeds it, in examples
   * @param trace of the covariance of single examples' gradients, or less
   */
  public void set(long at, long of, double from, double to, double trace) {
    iteration = at;
    parametersIteration = of;
    low = from;
    high = to;
    variance = trace;
  }

  @Override
  public long iteration() {
    return iteration;
  }

  @Override
  public long parametersIteration() {
    return parametersIteration;
  }

  @Override
  public double low() {
    return low;
  }

  @Override
  public double high() {
    return high;
  }

  @Override
  public double variance() {
    return variance;
  }

  void copyFrom(NoiseRecord other) {
    set(other.iteration, other.parametersIteration, other.low, other.high, other.variance);
  }
}
