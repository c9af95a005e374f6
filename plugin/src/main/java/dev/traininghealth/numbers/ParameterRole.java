package dev.traininghealth.numbers;

/** The purpose of a parameter array, which determines how it is measured and shown. */
public enum ParameterRole {
  /** Input weights: dense {@code W}, convolution {@code W}, input weights of a recurrent layer. */
  WEIGHT,
  /** Recurrent weights ({@code RW}), multiplied at each time step. */
  RECURRENT_WEIGHT,
  /** Biases. */
  BIAS,
  /** Any other trained array: batch norm's gamma and beta, PReLU's alpha, peepholes. */
  OTHER,
  /**
   * A running statistic among DL4J's parameters (batch norm's mean and variance). Its slot in the
   * gradient does not contain a gradient, so none is measured.
   */
  STATISTIC;

  /** {@return whether it is a matrix that multiplies a signal} */
  public boolean isMatrix() {
    return this == WEIGHT || this == RECURRENT_WEIGHT;
  }

  /** {@return whether a gradient of the score with respect to this parameter exists} */
  public boolean hasGradient() {
    return this != STATISTIC;
  }
}
