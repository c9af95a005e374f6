package dev.traininghealth.measure;

import org.nd4j.linalg.api.buffer.DataType;

/** How large a gradient may be for an updater to keep its square. */
public final class GradientLimits {
  private static final double MOST_FLOAT = 1e18;
  private static final double MOST_DOUBLE = 1e150;
  private static final double MOST_HALF = 100;

  private GradientLimits() {}

  /**
   * Gives the norm beyond which squares, and what is made of them, may overflow in the state of
   * Adam, RmsProp, AdaGrad and their like: somewhat below the root of the largest number.
   *
   * @param type of the parameters
   * @return the L2 norm, mean over the minibatch
   */
  public static double mostNorm(DataType type) {
    return switch (type) {
      case DOUBLE -> MOST_DOUBLE;
      case HALF -> MOST_HALF;
      default -> MOST_FLOAT; // BFLOAT16 has the range of FLOAT
    };
  }
}
