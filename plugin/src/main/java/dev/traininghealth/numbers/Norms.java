package dev.traininghealth.numbers;

/**
 * L2 norms of what consists of parts, also where squares overflow or vanish.
 *
 * @hidden
 */
public final class Norms {
  /** Below this sum of squares, digits of the parts may have been lost to underflow. */
  private static final double SMALLEST_SQUARES = 1e-280;

  private Norms() {}

  /**
   * Returns the norm of all parts together.
   *
   * @param parts norms of the parts, none negative
   * @return root of the sum of their squares; NaN or infinite where a part is
   */
  public static double join(double[] parts) {
    return join(parts, 0, parts.length);
  }

  /**
   * Returns the norm of some parts together.
   *
   * @param parts norms of the parts, none negative
   * @param from index of the first
   * @param to index behind the last
   * @return root of the sum of their squares; NaN or infinite where a part is
   */
  public static double join(double[] parts, int from, int to) {
    double squares = 0;
    double largest = 0;
    for (int i = from; i < to; i++) {
      squares += parts[i] * parts[i];
      largest = Math.max(largest, parts[i]);
    }
    if (squares > SMALLEST_SQUARES && squares < Double.POSITIVE_INFINITY) {
      return Math.sqrt(squares);
    }
    if (largest == 0 || !Double.isFinite(largest)) {
      return largest;
    }
    double scaled = 0;
    for (int i = from; i < to; i++) {
      double part = parts[i] / largest;
      scaled += part * part;
    }
    return largest * Math.sqrt(scaled);
  }
}
