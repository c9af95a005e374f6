package dev.traininghealth.detect.builtin.conditions;

import java.util.Arrays;

/**
 * The median of many durations in constant memory, by a histogram. Its bins divide each octave into
 * equal parts, so that a bin is read off the bits of a number: this runs at every iteration.
 */
final class Medians {
  /** Bins for a factor of two, as bits: sixteen. The median is then known to three percent. */
  private static final int BIN_BITS = 4;

  private static final int BINS_PER_OCTAVE = 1 << BIN_BITS;

  /** Octaves above a nanosecond, in milliseconds: the last bin is about 18 minutes. */
  private static final int OCTAVES = 40;

  private static final double NANOS_PER_MILLI = 1e6;

  /** Bits of a double's fraction below those that are its bin. */
  private static final int LOW_BITS = 52 - BIN_BITS;

  /** The bits of 1.0, which is the lower end of the first bin. */
  private static final long FIRST = Double.doubleToRawLongBits(1) >> LOW_BITS;

  private final int[] counts = new int[OCTAVES * BINS_PER_OCTAVE];
  private int count;

  void add(double millis) {
    counts[bin(millis)]++;
    count++;
  }

  private static int bin(double millis) {
    double nanos = millis * NANOS_PER_MILLI;
    if (!(nanos > 1)) { // NaN as well
      return 0;
    }
    // exponent and first bits of the fraction, which together grow with the number
    long bin = (Double.doubleToRawLongBits(nanos) >> LOW_BITS) - FIRST;
    return (int) Math.min(OCTAVES * BINS_PER_OCTAVE - 1, bin);
  }

  /** {@return the middle of a bin, nanoseconds} */
  private static double middle(int bin) {
    double lower = Double.longBitsToDouble((bin + FIRST) << LOW_BITS);
    double upper = Double.longBitsToDouble((bin + 1 + FIRST) << LOW_BITS);
    return (lower + upper) / 2;
  }

  /** {@return the median, milliseconds; 0 without durations} */
  double median() {
    int left = (count + 1) / 2;
    for (int bin = 0; bin < counts.length; bin++) {
      left -= counts[bin];
      if (left <= 0) {
        return bin == 0 ? 0 : middle(bin) / NANOS_PER_MILLI;
      }
    }
    return 0;
  }

  void clear() {
    Arrays.fill(counts, 0);
    count = 0;
  }
}
