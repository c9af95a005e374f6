package dev.traininghealth.numbers;

/** What a parameter array is for, which decides how it is measured and shown. */
public enum ParameterRole {
  /** Input weights: dense {@code W}, convolution {@code W}, input weights of a recurrent layer. */
  WEIGHT,
  /** Recurrent weights ({@code RW}), multiplied once a time step. */
  RECURRENT_WEIGHT,
  /** Biases. */
  BIAS,
  /** Any other trained array: batch norm's gamma and beta, PReLU's alpha, peepholes. */
  OTHER,
  /**
   * A running statistic that DL4J keeps among the parameters (batch norm's mean and variance). What
   * stands in its place in the gradient is no gradient, so that none is measured.
   */
  STATISTIC;

  /** {@return whether it is a matrix that a signal is multiplied with} */
  public boolean isMatrix() {
    return this == WEIGHT || this == RECURRENT_WEIGHT;
  }

  /** {@return whether a gradient of the score with respect to this parameter exists} */
  public boolean hasGradient() {
    return this != STATISTIC;
  }
}
