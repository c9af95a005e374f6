package dev.traininghealth.detect.builtin.conditions;

import java.util.Arrays;

/**
 * The floor of a memory that rises and falls, over a run, in constant memory: minima of consecutive
 * readings, of which at most {@value #MAX_BUCKETS} are kept.
 */
final class MemoryFloor {
  /** Two buckets become one if there are more: four to eight for each quarter of the run. */
  private static final int MAX_BUCKETS = 32;

  /** Readings, about a second each, before anything is said: caches and code grow at first. */
  static final int MIN_READINGS = 60;

  private static final int QUARTERS = 4;

  private final double[] least = new double[MAX_BUCKETS];
  private final double[] most = new double[MAX_BUCKETS];
  private long readings;
  private int stride = 1;

  /** Iteration of the first reading. */
  private long start;

  /** The minima of each quarter of the run, in bytes, at least and at most. */
  private final double[] floors = new double[QUARTERS];

  private double firstAtMost;

  /** The minimum of the latest two buckets, bytes, at least. */
  private double latest;

  MemoryFloor() {
    empty(0);
  }

  private void empty(int from) {
    Arrays.fill(least, from, MAX_BUCKETS, Double.POSITIVE_INFINITY);
    Arrays.fill(most, from, MAX_BUCKETS, Double.POSITIVE_INFINITY);
  }

  /**
   * Adds a reading.
   *
   * @param atLeast the memory at least, bytes
   * @param atMost the same at most, bytes
   */
  void add(double atLeast, double atMost, long iteration) {
    if (readings == (long) stride * MAX_BUCKETS) {
      for (int i = 0; i < MAX_BUCKETS / 2; i++) {
        least[i] = Math.min(least[2 * i], least[2 * i + 1]);
        most[i] = Math.min(most[2 * i], most[2 * i + 1]);
      }
      empty(MAX_BUCKETS / 2);
      stride *= 2;
    }
    int bucket = (int) (readings / stride);
    if (readings == 0) {
      start = iteration;
    }
    least[bucket] = Math.min(least[bucket], atLeast);
    most[bucket] = Math.min(most[bucket], atMost);
    readings++;
    latest = Math.min(least[bucket], least[Math.max(0, bucket - 1)]);
    int buckets = bucket + 1;
    firstAtMost = Double.POSITIVE_INFINITY;
    for (int quarter = 0; quarter < QUARTERS; quarter++) {
      floors[quarter] = Double.POSITIVE_INFINITY;
      for (int i = quarter * buckets / QUARTERS; i < (quarter + 1) * buckets / QUARTERS; i++) {
        floors[quarter] = Math.min(floors[quarter], least[i]);
        if (quarter == 0) {
          firstAtMost = Math.min(firstAtMost, most[i]);
        }
      }
    }
  }

  /**
   * Whether the floor rises steadily: in each quarter of the run by at least a share of the growth,
   * and in the last one by half of what the quarter before it has brought.
   *
   * @param minStep share of the growth, 0 to 1
   */
  boolean rises(double minStep) {
    double growth = floors[QUARTERS - 1] - firstAtMost;
    if (readings < MIN_READINGS || !(growth > 0)) {
      return false;
    }
    double before = firstAtMost;
    for (int quarter = 1; quarter < QUARTERS; quarter++) {
      if (floors[quarter] - before < minStep * growth) {
        return false;
      }
      before = floors[quarter];
    }
    return floors[3] - floors[2] >= (floors[2] - floors[1]) / 2;
  }

  /** {@return the floor in the first quarter of the run, at most, bytes} */
  double first() {
    return firstAtMost;
  }

  /** {@return the floor of the latest sixteenth to eighth of the run, at least, bytes} */
  double last() {
    return latest;
  }

  /** {@return what the floor has risen by at least, bytes} */
  double growth() {
    return last() - first();
  }

  /**
   * {@return the iterations over which {@link #growth} took place}
   *
   * @param now the latest iteration
   */
  long iterations(long now) {
    return now - start;
  }
}
