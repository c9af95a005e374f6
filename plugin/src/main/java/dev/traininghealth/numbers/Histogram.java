package dev.traininghealth.numbers;

import java.util.Arrays;

/**
 * Counts of an array's finite elements in {@value #BINS} equal bins from the smallest to the
 * largest.
 */
public final class Histogram {
  /** Number of bins, as on DL4J's Model page. */
  public static final int BINS = 20;

  private final int[] counts = new int[BINS];
  private double min;
  private double max;
  private boolean measured;

  Histogram() {}

  /** {@return whether the latest measurement had finite elements, or false before the first} */
  public boolean isMeasured() {
    return measured;
  }

  /** {@return the smallest element, the left edge of the first bin} */
  public double min() {
    return min;
  }

  /** {@return the largest element, the right edge of the last bin} */
  public double max() {
    return max;
  }

  /**
   * {@return the number of measured elements in a bin}
   *
   * @param bin index of the bin, from 0 to {@value #BINS} - 1
   */
  public int count(int bin) {
    return counts[bin];
  }

  /** {@return a copy of the counts of all bins, from min to max} */
  public int[] counts() {
    return counts.clone();
  }

  /**
   * Counts elements.
   *
   * <p>If none is finite, the histogram is not measured, and its previous counts remain.
   *
   * @param elements any values; non-finite ones are left out
   * @param length number of elements to count, from the first one
   * @hidden
   */
  public void measure(double[] elements, int length) {
    double smallest = Double.POSITIVE_INFINITY;
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < length; i++) {
      double value = elements[i];
      if (Double.isFinite(value)) {
        smallest = Math.min(smallest, value);
        largest = Math.max(largest, value);
      }
    }
    measured = smallest <= largest;
    if (!measured) {
      return;
    }
    min = smallest;
    max = largest;
    Arrays.fill(counts, 0);
    double binsPerUnit = max > min ? BINS / (max - min) : 0;
    for (int i = 0; i < length; i++) {
      if (Double.isFinite(elements[i])) {
        counts[Math.min(BINS - 1, (int) ((elements[i] - min) * binsPerUnit))]++;
      }
    }
  }

  void copyFrom(Histogram other) {
    min = other.min;
    max = other.max;
    measured = other.measured;
    System.arraycopy(other.counts, 0, counts, 0, counts.length);
  }
}
