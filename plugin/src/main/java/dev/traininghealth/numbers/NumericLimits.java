package dev.traininghealth.numbers;

import org.jspecify.annotations.Nullable;

/**
 * The largest gradient and the smallest update that a floating-point type can represent safely.
 *
 * @param maxGradientNorm L2 norm of a gradient (mean over the minibatch) above which its squares
 *     may overflow in the state of Adam, RmsProp, AdaGrad and similar updaters; somewhat below the
 *     root of the largest number
 * @param minUpdateRatio update:parameter ratio of norms below which rounding loses an update; about
 *     a sixtieth of half the distance between 1 and the next number, because some parameters are
 *     much smaller than others, and some updates much larger
 */
public record NumericLimits(double maxGradientNorm, double minUpdateRatio) {
  /** Single precision: squares are finite up to 1.8e19, numbers are 1.2e-7 apart. */
  public static final NumericLimits FLOAT = new NumericLimits(1e18, 1e-9);

  /** Double precision: squares are finite up to 1.3e154, numbers are 2.2e-16 apart. */
  public static final NumericLimits DOUBLE = new NumericLimits(1e150, 1e-18);

  /** Half precision: squares are finite up to 255, numbers are 9.8e-4 apart. */
  public static final NumericLimits HALF = new NumericLimits(100, 1e-5);

  /** Bfloat16: the range of single precision, numbers are 7.8e-3 apart. */
  public static final NumericLimits BFLOAT16 = new NumericLimits(1e18, 6e-5);

  /** Half of the smallest number above 0 in half precision, 6.0e-8: it rounds to 0. */
  private static final double LARGEST_LOST_IN_HALF = 0x1p-25;

  /** Magnitude below which the square of a {@code double} loses digits to underflow. */
  private static final double MIN_SQUARED = 1e-140;

  /** Magnitude above which a sum of squares of {@code double}s may overflow. */
  private static final double MAX_SQUARED = 1e150;

  /** Gradient norms up to this occur in healthy networks with large labels or features. */
  private static final double ORDINARY_NORM = 1e6;

  /**
   * Compares both numbers. A record's own method is generated at its first call, which takes
   * milliseconds of the first iteration.
   */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NumericLimits limits
        && Double.compare(maxGradientNorm, limits.maxGradientNorm) == 0
        && Double.compare(minUpdateRatio, limits.minUpdateRatio) == 0;
  }

  @Override
  public int hashCode() {
    return 31 * Double.hashCode(maxGradientNorm) + Double.hashCode(minUpdateRatio);
  }

  /**
   * {@return whether numbers can be squared and summed in a {@code double} without underflow or
   * overflow}
   *
   * @param largest their largest magnitude; 0, NaN and Infinity give false
   */
  public static boolean canBeSquared(double largest) {
    return largest > MIN_SQUARED && largest < MAX_SQUARED;
  }

  /**
   * {@return whether the type rounds a number to 0}
   *
   * @param number at least 0, and not so small that single precision rounds it to 0
   */
  public boolean roundsToZero(double number) {
    return number <= (equals(HALF) ? LARGEST_LOST_IN_HALF : 0);
  }

  /**
   * Returns the gradient norm above which the updater may overflow.
   *
   * <p>In a type with a small range, the norm of a healthy gradient with many elements may exceed
   * {@link #maxGradientNorm}. There the limit applies to the root mean square of the elements.
   *
   * @param elements number of elements of the gradient
   * @return the L2 norm (mean over the minibatch)
   */
  public double overflowNorm(long elements) {
    return maxGradientNorm > ORDINARY_NORM
        ? maxGradientNorm
        : maxGradientNorm * Math.sqrt((double) Math.max(1, elements));
  }
}
