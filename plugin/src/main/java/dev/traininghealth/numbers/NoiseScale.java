package dev.traininghealth.numbers;

/**
 * The simple noise scale of the gradient: the batch size at which the noise of a minibatch's
 * gradient is as large as the gradient itself. It is the latest of several estimates, each from
 * more minibatches than the one before.
 */
public interface NoiseScale {
  /** {@return the iteration at which it was measured last, or -1} */
  long iteration();

  /**
   * {@return the iteration whose parameters it is of, at most {@link #iteration}, or -1; later
   * parameters may have a larger one}
   */
  long parametersIteration();

  /**
   * {@return a batch size, in examples, that it exceeds by more than its standard errors; at least
   * 0; absent before the first measurement}
   */
  double low();

  /**
   * {@return a batch size, in examples, that it is below by more than its standard errors; infinite
   * if the gradient may be noise alone; absent before the first measurement}
   */
  double high();

  /**
   * {@return the trace of the covariance of single examples' gradients, less its standard errors;
   * at least 0; absent before the first measurement}
   */
  double variance();
}
