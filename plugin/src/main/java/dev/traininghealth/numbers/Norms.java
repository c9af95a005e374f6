package dev.traininghealth.numbers;

/**
 * Computes L2 norms from the norms of parts, even if squares overflow or underflow.
 *
 * @hidden
 */
public final class Norms {
  /** Sum of squares below which digits of the parts may have underflowed. */
  private static final double MIN_SQUARES = 1e-280;

  private Norms() {}

  /**
   * Returns the L2 norm of all parts together.
   *
   * @param parts norms of the parts, none negative
   * @return root of the sum of their squares; NaN or infinite if a part is
   */
  public static double join(double[] parts) {
    return join(parts, 0, parts.length);
  }

  /**
   * Returns the L2 norm of a range of parts together.
   *
   * @param parts norms of the parts, none negative
   * @param from index of the first part
   * @param to index after the last part
   * @return root of the sum of their squares; NaN or infinite if a part is
   */
  public static double join(double[] parts, int from, int to) {
    double squares = 0;
    double largest = 0;
    for (int i = from; i < to; i++) {
      squares += parts[i] * parts[i];
      largest = Math.max(largest, parts[i]);
    }
    if (squares > MIN_SQUARES && squares < Double.POSITIVE_INFINITY) {
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
