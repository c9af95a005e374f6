package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.History;
import dev.traininghealth.numbers.SavedNumbers;
import java.util.Arrays;

/**
 * A one-sided cumulative sum that finds when a noisy quantity has begun to rise.
 *
 * <p>The quantity is compared with its own recent past, the means of blocks of {@value #BLOCK}
 * successive observations. The latest third of the blocks, at most {@value #MAX_OMITTED_BLOCKS}, is
 * left out, so that a rise does not raise what it is compared with. The reference is the median of
 * the other blocks, or of their later half if that is lower: a quantity that falls takes its
 * reference with it.
 *
 * <p>The deviation is that of block means, times the root of their length: the deviation of
 * independent observations whose means would vary as much. Neighboring observations that depend on
 * each other therefore have a larger deviation, and do not raise the rate of false alarms (batch
 * means, Law and Carson 1979). It is the larger of two estimates: from differences of neighboring
 * blocks (von Neumann 1941), which a trend hardly affects, and from the distances of the blocks
 * from their median, which include slow changes. If the second one is larger, the blocks depend on
 * each other as well, and the deviation grows by what follows from their ratio.
 *
 * <p>The sum of all standardized observations, less an allowance of {@value #ALLOWANCE} each,
 * starts again from 0 whenever it falls below 0 (Page 1954). Where it last left 0, the rise has
 * begun.
 */
final class DriftStatistic {
  /**
   * Observations of a block: as {@link History#EVALUATION_INTERVAL}. The means of 16 successive
   * gradient norms of the healthy runs that were looked at hardly depend on each other.
   */
  static final int BLOCK = History.EVALUATION_INTERVAL;

  /** Number of latest blocks that are kept, 768 observations: long compared with a drift. */
  static final int BLOCKS = 48;

  /**
   * Maximum number of latest blocks that are left out, 256 observations. A drift that takes longer
   * raises its own reference.
   */
  private static final int MAX_OMITTED_BLOCKS = 16;

  /** One in so many blocks is left out, the latest ones. */
  private static final int OMITTED_FRACTION = 3;

  /**
   * Blocks from which there is a reference, 192 observations. Eight of them are compared with, and
   * give seven differences.
   */
  static final int MIN_BLOCKS = 12;

  /** Blocks from which their later half is looked at by itself: it has four. */
  private static final int MIN_BLOCKS_OF_HALVES = 8;

  /**
   * Half of the rise, in deviations, that a sum finds fastest (Page 1954): it is to find a rise by
   * one deviation.
   */
  static final double HALF_RISE = 0.5;

  /**
   * Deviations that are subtracted from each observation: {@link #HALF_RISE}, and a quarter because
   * reference and deviation are estimates of 8 to 32 blocks. Without it, seven of 150 simulated
   * runs of 1,500 independent observations exceeded a threshold of 15.5; with it, one did.
   */
  static final double ALLOWANCE = HALF_RISE + 0.25;

  /**
   * Largest distance from the reference that counts, in deviations. An outlier alone, however
   * large, adds this much.
   */
  private static final double MAX_DISTANCE = 3;

  /** Differences that one outlying block affects: the one to it and the one from it. */
  private static final int JUMP_DIFFERENCES = 2;

  /**
   * Compensates for leaving out the largest differences. For normal noise the exact factor is 1.5
   * for 7 of them and 1.27 for 15.
   */
  private static final double TRIMMED_FACTOR = 1.3;

  /** The standard deviation of a normal quantity, as a multiple of its median distance. */
  private static final double MEDIAN_TO_DEVIATION = 1.4826;

  /**
   * Maximum correlation of neighboring blocks that is compensated. A trend looks like a
   * correlation, and would hide what comes after it.
   */
  private static final double MAX_CORRELATION = 0.5;

  /** What one observation of about {@value #BLOCK} adds to the recent level. */
  private static final double RECENT_SHARE = 1.0 / BLOCK;

  private final double minDeviation;
  private final double[] means = new double[BLOCKS];
  private int blocks;
  private double sum;
  private int inSum;
  private double reference = Double.NaN;
  private double deviation;
  private double recent = Double.NaN;
  private double cumulativeSum;
  private long since = -1;

  /**
   * Creates a statistic without observations.
   *
   * @param minDeviation minimum of the deviation, in units of the quantity
   */
  DriftStatistic(double minDeviation) {
    this.minDeviation = minDeviation;
  }

  /**
   * Adds an observation; a value that is not finite is left out.
   *
   * @param iteration its iteration
   * @param limit maximum of the cumulative sum, so that a drift that has ended is found to have
   * @param sorted an array of {@link #BLOCKS} numbers, whose content is lost
   */
  void observe(double value, long iteration, double limit, double[] sorted) {
    if (!Double.isFinite(value)) {
      return;
    }
    recent = Double.isNaN(recent) ? value : recent + RECENT_SHARE * (value - recent);
    if (!Double.isNaN(reference)) {
      if (cumulativeSum <= 0) {
        since = iteration;
      }
      double distance = (value - reference) / deviation;
      double counted = Math.max(-MAX_DISTANCE, Math.min(MAX_DISTANCE, distance));
      cumulativeSum = Math.max(0, Math.min(limit, cumulativeSum + counted - ALLOWANCE));
    }
    sum += value;
    inSum++;
    if (inSum == BLOCK) {
      add(sum / BLOCK, sorted);
      sum = 0;
      inSum = 0;
    }
  }

  /** Forgets all observations. */
  void reset() {
    blocks = 0;
    sum = 0;
    inSum = 0;
    reference = Double.NaN;
    recent = Double.NaN;
    cumulativeSum = 0;
    since = -1;
  }

  /** {@return the cumulative sum, at least 0} */
  double cumulativeSum() {
    return cumulativeSum;
  }

  /** {@return the iteration at which the cumulative sum last left 0, or -1 before the first} */
  long since() {
    return since;
  }

  /** {@return {@link #recent} minus {@link #reference}; NaN before there is one} */
  double rise() {
    return recent - reference;
  }

  /** {@return the deviation of an observation, in units of the quantity} */
  double deviation() {
    return deviation;
  }

  /** {@return the level of about the latest {@value #BLOCK} observations; NaN before the first} */
  double recent() {
    return recent;
  }

  /** {@return the level that observations are compared with; NaN before there is one} */
  double reference() {
    return reference;
  }

  private void add(double mean, double[] sorted) {
    if (blocks == BLOCKS) {
      System.arraycopy(means, 1, means, 0, BLOCKS - 1);
      blocks--;
    }
    means[blocks++] = mean;
    if (blocks < MIN_BLOCKS) {
      return;
    }
    int to = blocks - Math.min(MAX_OMITTED_BLOCKS, blocks / OMITTED_FRACTION);
    int from = 0;
    reference = median(from, to, sorted);
    if (to >= MIN_BLOCKS_OF_HALVES) {
      double later = median(to / 2, to, sorted);
      if (later < reference) {
        reference = later;
        from = to / 2;
      }
    }
    deviation = Math.max(minDeviation, Math.sqrt(BLOCK * variance(from, to, sorted)));
  }

  /** {@return the variance of a block's mean, as that of independent ones} */
  private double variance(int from, int to, double[] sorted) {
    double differences = byDifferences(from, to);
    double distances = byDistances(from, to, sorted);
    if (distances <= differences) {
      return differences;
    }
    // of neighbors that depend on each other by r, von Neumann's estimate is 1 - r of the variance
    double correlation = Math.min(MAX_CORRELATION, 1 - differences / distances);
    return distances * (1 + correlation) / (1 - correlation);
  }

  /** All but the largest differences, which are found without sorting: this runs while training. */
  private double byDifferences(int from, int to) {
    int count = to - from - 1;
    double squares = 0;
    double largest = 0;
    double second = 0;
    for (int i = from; i < from + count; i++) {
      double difference = means[i + 1] - means[i];
      double square = difference * difference;
      if (square > largest) {
        squares += second;
        second = largest;
        largest = square;
      } else if (square > second) {
        squares += second;
        second = square;
      } else {
        squares += square;
      }
    }
    if (count < 2 + JUMP_DIFFERENCES) { // two are kept at least
      return TRIMMED_FACTOR * (squares + second) / (2.0 * 2);
    }
    return TRIMMED_FACTOR * squares / (2.0 * (count - JUMP_DIFFERENCES));
  }

  private double byDistances(int from, int to, double[] sorted) {
    for (int i = from; i < to; i++) {
      sorted[i - from] = Math.abs(means[i] - reference);
    }
    double scale = MEDIAN_TO_DEVIATION * median(sorted, to - from);
    return scale * scale;
  }

  private double median(int from, int to, double[] sorted) {
    System.arraycopy(means, from, sorted, 0, to - from);
    return median(sorted, to - from);
  }

  private static double median(double[] values, int count) {
    Arrays.sort(values, 0, count);
    return (values[(count - 1) / 2] + values[count / 2]) / 2;
  }

  /** Saves several statistics, as one array per field. */
  static void save(SavedNumbers to, DriftStatistic[] all) {
    double[] means = new double[all.length * BLOCKS];
    for (int i = 0; i < all.length; i++) {
      System.arraycopy(all[i].means, 0, means, i * BLOCKS, BLOCKS);
    }
    to.put("means", means)
        .put("blocks", Arrays.stream(all).mapToInt(s -> s.blocks).toArray())
        .put("sum", Arrays.stream(all).mapToDouble(s -> s.sum).toArray())
        .put("inSum", Arrays.stream(all).mapToInt(s -> s.inSum).toArray())
        .put("reference", Arrays.stream(all).mapToDouble(s -> s.reference).toArray())
        .put("deviation", Arrays.stream(all).mapToDouble(s -> s.deviation).toArray())
        .put("recent", Arrays.stream(all).mapToDouble(s -> s.recent).toArray())
        .put("cumulativeSum", Arrays.stream(all).mapToDouble(s -> s.cumulativeSum).toArray())
        .put("since", Arrays.stream(all).mapToLong(s -> s.since).toArray());
  }

  /**
   * Restores as many statistics as were saved.
   *
   * @throws IllegalArgumentException if there are more or fewer; nothing has changed then
   */
  static void restore(SavedNumbers from, DriftStatistic[] all) {
    double[] means = from.getDoubles("means", all.length * BLOCKS);
    int[] blocks = from.getInts("blocks", all.length);
    double[] sum = from.getDoubles("sum", all.length);
    int[] inSum = from.getInts("inSum", all.length);
    double[] reference = from.getDoubles("reference", all.length);
    double[] deviation = from.getDoubles("deviation", all.length);
    double[] recent = from.getDoubles("recent", all.length);
    double[] cumulativeSum = from.getDoubles("cumulativeSum", all.length);
    long[] since = from.getLongs("since", all.length);
    for (int i = 0; i < all.length; i++) {
      if (blocks[i] < 0 || blocks[i] > BLOCKS || inSum[i] < 0 || inSum[i] >= BLOCK) {
        throw new IllegalArgumentException(
            "there must be 0 to "
                + BLOCKS
                + " blocks and less than "
                + BLOCK
                + " observations in the next, were "
                + blocks[i]
                + " and "
                + inSum[i]);
      }
    }
    for (int i = 0; i < all.length; i++) {
      DriftStatistic s = all[i];
      System.arraycopy(means, i * BLOCKS, s.means, 0, BLOCKS);
      s.blocks = blocks[i];
      s.sum = sum[i];
      s.inSum = inSum[i];
      s.reference = reference[i];
      s.deviation = deviation[i];
      s.recent = recent[i];
      s.cumulativeSum = cumulativeSum[i];
      s.since = since[i];
    }
  }
}
