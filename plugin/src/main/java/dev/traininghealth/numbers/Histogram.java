package dev.traininghealth.numbers;

import java.util.Arrays;

/** The counts of one array's finite elements in {@value #BINS} equal bins from min to max. */
public final class Histogram {
  /** Bins of each histogram, as on DL4J's Model page. */
  public static final int BINS = 20;

  private final int[] counts = new int[BINS];
  private double min;
  private double max;
  private boolean measured;

  Histogram() {}

  /** {@return whether it was ever measured} */
  public boolean isMeasured() {
    return measured;
  }

  /** {@return the smallest element, which is the left edge of the first bin} */
  public double min() {
    return min;
  }

  /** {@return the largest element, which is the right edge of the last bin} */
  public double max() {
    return max;
  }

  /**
   * Counts the elements in a bin.
   *
   * @param bin from 0 to {@value #BINS} - 1
   * @return how many of the elements that were looked at lie in it
   */
  public int count(int bin) {
    return counts[bin];
  }

  /** {@return the counts of all bins, from min to max, as an array of the caller's own} */
  public int[] counts() {
    return counts.clone();
  }

  /**
   * Counts elements.
   *
   * @param elements any values; those that are not finite are left out
   * @param length how many of them are looked at, from the first on
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
