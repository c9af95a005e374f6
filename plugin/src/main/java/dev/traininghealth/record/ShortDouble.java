package dev.traininghealth.record;

/**
 * A double in 32 bits: sign, all 11 bits of the exponent and the first 20 of the mantissa. That is
 * the upper half of the double, rounded to nearest, ties to even. The relative error is at most
 * 2<sup>-21</sup> (4.8e-7).
 *
 * <p>A {@code float} would be more exact. But a finite norm of 1e60, which a network of doubles can
 * have, would become Infinity, and one of 1e-60 would become 0. Here no finite number becomes
 * infinite, and none except 0 becomes 0. Order is kept: a ≤ b encodes to a' ≤ b'.
 */
final class ShortDouble {
  /** Not measured. No value has this code, not even NaN, so absence differs from a measured NaN. */
  static final int ABSENT = 0x7ff80abe;

  static final int NAN = 0x7ff80000;
  static final int POSITIVE_INFINITY = 0x7ff00000;
  static final int NEGATIVE_INFINITY = 0xfff00000;

  private static final int EXPONENT = 0x7ff00000;

  private ShortDouble() {}

  static int encode(double value) {
    long bits = Double.doubleToRawLongBits(value);
    int high = (int) (bits >>> 32);
    if ((high & EXPONENT) == EXPONENT) {
      return Double.isNaN(value) ? NAN : high;
    }
    int code = (int) ((bits + 0x7fff_ffffL + (high & 1)) >>> 32);
    if ((code & EXPONENT) == EXPONENT) {
      return code - 1;
    }
    if (code << 1 == 0 && bits << 1 != 0) {
      return code | 1;
    }
    return code;
  }

  /** The value; NaN for an absent one. */
  static double decode(int code) {
    return Double.longBitsToDouble((long) code << 32);
  }

  static boolean isFinite(int code) {
    return (code & EXPONENT) != EXPONENT;
  }

  /** A number for each finite code in the order of the values, with -0 before 0. */
  static int order(int code) {
    return code ^ ((code >> 31) & 0x7fffffff);
  }
}
