package dev.traininghealth.compare;

import java.util.Arrays;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * Finds where a series of one run departs from that of another beyond the noise of both.
 *
 * <p><b>Formula.</b> Let a and b be the logarithms of the block means of the baseline run and of
 * the run. Two healthy runs of one set-up with different seeds do not have the same course: one of
 * them gets at an earlier iteration where the other one comes later. b at block k is therefore
 * compared with the range of a in all blocks from x/T to x·T, where x is the middle of block k.
 * Where a ends before x·T, its future is taken to change by at most T times what it has changed
 * since x/T. The distance d is that of b from this range, and 0 inside. The noise σ of a run at
 * block k is the median of the absolute second differences of its values, a(j-1) - 2 a(j) + a(j+1),
 * over the {@link #NOISE_BLOCKS} blocks on each side, divided by 0.6745·√6: what it is for
 * independent normal noise, whatever the trend. d is computed of medians of five blocks, so that a
 * spike does not count, and averaged over L successive blocks, for L of 4, 8, 16 and 32. The run
 * departs if for one of them
 *
 * <pre>|mean d| &gt; m + z √(σa² + σb²) / √L</pre>
 *
 * <p>where σa and σb are means over the same blocks, m is the smallest difference that matters for
 * the quantity, and z the quantile of the normal distribution for the probability p / (2 · 4 · n):
 * p is {@link #FALSE_ALARM_RATE}, n the number of all blocks of all series that are compared
 * (Bonferroni), for both signs and the four lengths. It begins at the first of these blocks whose
 * distance is more than m.
 *
 * <p><b>Source.</b> Differences of second order as an estimate of noise that is robust to trends:
 * von Neumann et al. 1941, with the median absolute deviation (Hampel 1974) for spikes. A range
 * over neighboring times is the lower bound of dynamic time warping (Keogh 2002).
 *
 * <p><b>Defaults and why.</b> See the constants. They were chosen so that runs that differ in their
 * seeds alone stay together; see the README.
 *
 * <p><b>When not to use.</b> It sees no difference that is smaller than m, none that lasts for less
 * than {@link #SUSTAINED_BLOCKS} blocks, and none that is only a delay by a factor of less than T.
 */
final class DepartureSearch {
  /**
   * T: factor between the iterations at which two healthy runs of one set-up reach the same value.
   */
  static final double TIME_TOLERANCE = 1.5;

  /** Expected number of departures by noise alone in a comparison, over all its series. */
  static final double FALSE_ALARM_RATE = 1e-3;

  /**
   * Numbers of blocks over which the distance is averaged. Four blocks are at least 32 iterations,
   * and a quarter of the iterations before them; over more, smaller differences are certain.
   */
  private static final int[] LENGTHS = {4, 8, 16, 32};

  /** Blocks whose means are reported, the shortest of {@link #LENGTHS}. */
  static final int SUSTAINED_BLOCKS = LENGTHS[0];

  /** Blocks on each side of one whose median it is replaced by. */
  private static final int SMOOTHED_BLOCKS = 2;

  /**
   * Minimum of blocks in which both runs have values. From fewer, neither noise nor a course is
   * known.
   */
  static final int MIN_BLOCKS = 10;

  /** Blocks on each side whose second differences give the noise of a block. */
  static final int NOISE_BLOCKS = 10;

  /** Standard deviation of a second difference of independent normal noise of deviation 1. */
  private static final double SECOND_DIFFERENCE = Math.sqrt(6);

  /** Median of the absolute value of a normal variable of deviation 1. */
  private static final double NORMAL_MEDIAN = 0.6745;

  /** Value of a block without a finite value: farther than any logarithm of a number. */
  static final double BEYOND = 1e6;

  private static final NormalDistribution NORMAL = new NormalDistribution();

  private final double[] x;
  private final double quantile;
  private final double margin;

  /**
   * Prepares a search.
   *
   * @param x middles of the blocks in which both runs have values
   * @param quantile z
   * @param margin m
   */
  DepartureSearch(double[] x, double quantile, double margin) {
    this.x = x;
    this.quantile = quantile;
    this.margin = margin;
  }

  /**
   * {@return z for a number of tests}
   *
   * @param tests blocks of all series, above 0
   */
  static double quantile(long tests) {
    return -NORMAL.inverseCumulativeProbability(FALSE_ALARM_RATE / 2 / LENGTHS.length / tests);
  }

  /**
   * Searches the first departure.
   *
   * @param a logarithms of the baseline run's block means
   * @param b those of the run
   * @return index of the first block that departs, or -1
   */
  int first(double[] a, double[] b) {
    double[] distances = distances(smoothed(a), smoothed(b));
    double[] noiseA = noise(a);
    double[] noiseB = noise(b);
    for (int end = 1; end <= x.length; end++) {
      for (int length : LENGTHS) {
        int from = end - length;
        if (from < 0) {
          break;
        }
        double mean = mean(distances, from, end);
        double noise = Math.hypot(mean(noiseA, from, end), mean(noiseB, from, end));
        if (Math.abs(mean) > margin + quantile * noise / Math.sqrt(length)) {
          return start(distances, from, Math.signum(mean));
        }
      }
    }
    return -1;
  }

  /** The first block of a stretch that differs by what matters. */
  private int start(double[] distances, int from, double sign) {
    int start = from;
    while (sign * distances[start] <= margin) {
      start++;
    }
    return start;
  }

  private static double mean(double[] values, int from, int to) {
    return Arrays.stream(values, from, to).average().orElseThrow();
  }

  /** The median of each block and its neighbors, which follows a jump and ignores a spike. */
  private static double[] smoothed(double[] values) {
    double[] smoothed = new double[values.length];
    for (int k = 0; k < values.length; k++) {
      // At the ends fewer on both sides: with more on one of them it would lag behind.
      int side = Math.min(SMOOTHED_BLOCKS, Math.min(k, values.length - 1 - k));
      double[] near = Arrays.copyOfRange(values, k - side, k + side + 1);
      Arrays.sort(near);
      smoothed[k] = near[side];
    }
    return smoothed;
  }

  /** The distances of b from the range of a at similar times; 0 inside. */
  private double[] distances(double[] a, double[] b) {
    double[] distances = new double[x.length];
    int first = 0;
    int last = 0;
    for (int k = 0; k < x.length; k++) {
      while (first < k - 1 && x[first] < x[k] / TIME_TOLERANCE) {
        first++;
      }
      while (last < x.length - 1 && (last <= k || x[last + 1] <= x[k] * TIME_TOLERANCE)) {
        last++;
      }
      double low = min(a, first, last);
      double high = max(a, first, last);
      boolean hasEnded = last == x.length - 1 && x[last] < x[k] * TIME_TOLERANCE;
      if (hasEnded && a[k] < BEYOND && high < BEYOND) {
        double fall = max(a, first, k) - a[k];
        double rise = a[k] - min(a, first, k);
        low -= TIME_TOLERANCE * fall;
        high += TIME_TOLERANCE * rise;
      }
      distances[k] = b[k] > high ? b[k] - high : b[k] < low ? b[k] - low : 0;
    }
    return distances;
  }

  private static double min(double[] values, int first, int last) {
    return Arrays.stream(values, first, last + 1).min().orElseThrow();
  }

  private static double max(double[] values, int first, int last) {
    return Arrays.stream(values, first, last + 1).max().orElseThrow();
  }

  private double[] noise(double[] values) {
    int n = values.length;
    double[] second = new double[n];
    for (int j = 1; j < n - 1; j++) {
      boolean known = values[j - 1] < BEYOND && values[j] < BEYOND && values[j + 1] < BEYOND;
      second[j] = known ? Math.abs(values[j - 1] - 2 * values[j] + values[j + 1]) : Double.NaN;
    }
    double[] noise = new double[n];
    for (int k = 0; k < n; k++) {
      int from = Math.max(1, Math.min(k - NOISE_BLOCKS, n - 2 - 2 * NOISE_BLOCKS));
      int to = Math.min(n - 2, Math.max(k + NOISE_BLOCKS, 1 + 2 * NOISE_BLOCKS));
      double[] known =
          Arrays.stream(second, from, to + 1).filter(d -> !Double.isNaN(d)).sorted().toArray();
      noise[k] =
          known.length == 0 ? 0 : known[known.length / 2] / (NORMAL_MEDIAN * SECOND_DIFFERENCE);
    }
    return noise;
  }
}
