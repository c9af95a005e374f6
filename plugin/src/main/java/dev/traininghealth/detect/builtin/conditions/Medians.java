package dev.traininghealth.detect.builtin.conditions;

import java.util.Arrays;

/** The median of many durations in constant memory, by a histogram of their logarithms. */
final class Medians {
  /** Bins for a factor of two: the median is then known to about two percent. */
  private static final int BINS_PER_OCTAVE = 16;

  /** Octaves above a nanosecond, in milliseconds: the last bin is about 18 minutes. */
  private static final int OCTAVES = 40;

  private static final double NANOS_PER_MILLI = 1e6;
  private static final double LN_2 = Math.log(2);

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
    return (int) Math.min(OCTAVES * BINS_PER_OCTAVE - 1, log2(nanos) * BINS_PER_OCTAVE);
  }

  private static double log2(double value) {
    return Math.log(value) / LN_2;
  }

  /** {@return the median, milliseconds; 0 without durations} */
  double median() {
    int left = (count + 1) / 2;
    for (int bin = 0; bin < counts.length; bin++) {
      left -= counts[bin];
      if (left <= 0) {
        return bin == 0 ? 0 : Math.pow(2, (bin + 0.5) / BINS_PER_OCTAVE) / NANOS_PER_MILLI;
      }
    }
    return 0;
  }

  void clear() {
    Arrays.fill(counts, 0);
    count = 0;
  }
}
