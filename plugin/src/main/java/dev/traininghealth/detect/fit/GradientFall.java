package dev.traininghealth.detect.fit;

/**
 * When the gradient falls from the last hidden layer to the first so far that it vanishes.
 *
 * @hidden
 */
public final class GradientFall {
  /**
   * Factor from the first to the last hidden layer's gradient that is reported. Four layers of
   * sigmoid, whose slope is at most 1 / 4, reduce a gradient by 256. AUTOTRAINER's limit is 1000,
   * but includes the output layer.
   */
  public static final double MIN_FACTOR = 300;

  /** Depths of hidden layers with weights, below which a slope says little: a line fits two. */
  public static final int MIN_LAYERS = 3;

  private GradientFall() {}
}
