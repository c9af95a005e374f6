package dev.traininghealth.numbers;

/**
 * How large a gradient and how small an update may be in the floating-point type of a network's
 * parameters.
 *
 * @param maxGradientNorm L2 norm of a gradient (mean over the minibatch) above which its squares,
 *     and what is made of them, may overflow in the state of Adam, RmsProp, AdaGrad and their like:
 *     somewhat below the root of the largest number
 * @param minUpdateRatio update:weight ratio of norms below which an update is lost when it is
 *     rounded: about a sixtieth of half the distance between 1 and the next number, since some
 *     weights are much smaller than the others, and some updates much larger
 */
public record NumericLimits(double maxGradientNorm, double minUpdateRatio) {
  /** Single precision: squares are finite up to 1.8e19, numbers are 1.2e-7 apart. */
  public static final NumericLimits FLOAT = new NumericLimits(1e18, 1e-9);

  /** Double precision: squares are finite up to 1.3e154, numbers are 2.2e-16 apart. */
  public static final NumericLimits DOUBLE = new NumericLimits(1e150, 1e-18);

  /** Half precision: squares are finite up to 255, numbers are 9.8e-4 apart. */
  public static final NumericLimits HALF = new NumericLimits(100, 1e-5);

  /** The range of single precision with numbers 7.8e-3 apart. */
  public static final NumericLimits BFLOAT16 = new NumericLimits(1e18, 6e-5);

  /** Below it the square of a {@code double} loses digits to underflow. */
  private static final double MIN_SQUARED = 1e-140;

  /** Above it squares of a {@code double}, added up, may overflow. */
  private static final double MAX_SQUARED = 1e150;

  /** Gradients up to this norm are met in healthy networks with large labels or features. */
  private static final double ORDINARY_NORM = 1e6;

  /**
   * Tells whether numbers can be squared and added up in a {@code double} without underflow or
   * overflow, whatever the network's own type is.
   *
   * @param largest the largest magnitude among them
   * @return false as well where it is 0, NaN or infinite
   */
  public static boolean canBeSquared(double largest) {
    return largest > MIN_SQUARED && largest < MAX_SQUARED;
  }

  /**
   * Returns the gradient norm above which an update must be prevented. In a type that holds only
   * small numbers, a norm above {@link #maxGradientNorm} can be that of a healthy gradient with
   * many elements: then the root mean square of the elements has to exceed it.
   *
   * @param elements number of elements of the gradient
   * @return the L2 norm, mean over the minibatch
   */
  public double overflowNorm(long elements) {
    return maxGradientNorm > ORDINARY_NORM
        ? maxGradientNorm
        : maxGradientNorm * Math.sqrt((double) Math.max(1, elements));
  }
}
