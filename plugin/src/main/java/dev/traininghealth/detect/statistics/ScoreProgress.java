package dev.traininghealth.detect.statistics;

import dev.traininghealth.detect.Progress;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import java.util.Arrays;

/**
 * Tests whether the score falls by more than its noise explains.
 *
 * <p>The level at the start of the run is compared with a median of recent block means. The noise
 * is estimated from differences of neighboring blocks (von Neumann 1941), which a trend hardly
 * affects. Block means keep the estimate valid if neighboring scores depend on each other.
 */
final class ScoreProgress implements Progress, Restorable {
  /**
   * Complete blocks from which levels are known. A quarter of them is two, and half of them give
   * three differences for the noise. Fewer hardly show a spread.
   */
  private static final int MIN_BLOCKS = 8;

  /**
   * Standard errors by which a change must exceed a threshold. Chance alone exceeds three in one of
   * 740 cases, if noise is normal.
   */
  private static final double STANDARD_ERRORS = 3;

  /** Differences that one outlying block affects: the one to it and the one from it. */
  private static final int JUMP_DIFFERENCES = 2;

  /**
   * Compensates for leaving out the largest differences. For normal noise the exact factor is 1.5
   * for 7 of them and 1.27 for 15. The product with {@link #MEDIAN_TO_MEAN} is within 10 % of the
   * exact one.
   */
  private static final double TRIMMED_FACTOR = 1.3;

  /**
   * Factor by which the standard error of a median exceeds that of a mean. It is √(π / 2) = 1.25
   * for many normal values, and 1.09 to 1.21 for 4 to 8.
   */
  private static final double MEDIAN_TO_MEAN = 1.25;

  private final double[] sorted = new double[ScoreBlocks.MAX_BLOCKS];

  private final ScoreBlocks blocks;
  private double start = Double.NaN;
  private double startError;
  private double recent = Double.NaN;
  private double before = Double.NaN;
  private double best = Double.NaN;
  private double error = Double.NaN;
  private boolean isFallingNow;
  private boolean isRisingNow;

  ScoreProgress(ScoreBlocks blocks) {
    this.blocks = blocks;
  }

  /**
   * Recomputes all levels. Called every {@value
   * dev.traininghealth.detect.History#EVALUATION_INTERVAL} iterations.
   *
   * @param start level of the score at the start, robust against a single jump
   * @param startError its standard error
   */
  void update(double start, double startError) {
    int n = blocks.count();
    if (n < MIN_BLOCKS) {
      return;
    }
    this.start = start;
    this.startError = startError;
    int quarter = n / 4;
    recent = median(n - quarter, n);
    before = median(n - 2 * quarter, n - quarter);
    best = Double.POSITIVE_INFINITY;
    for (int i = quarter; i <= n; i++) {
      best = Math.min(best, median(i - quarter, i));
    }
    double noise = noise(n - 2 * quarter, n);
    error = noise / Math.sqrt(quarter);
    double chance = STANDARD_ERRORS * Math.sqrt(2) * noise;
    isFallingNow = blocks.mean(n - 1) < recent - chance;
    isRisingNow = blocks.mean(n - 1) > recent + chance;
  }

  private double median(int from, int to) {
    int count = to - from;
    for (int i = 0; i < count; i++) {
      sorted[i] = blocks.mean(from + i);
    }
    Arrays.sort(sorted, 0, count);
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
  }

  /**
   * {@return the standard deviation of a block mean, from differences of neighbors, without those
   * of one jump up and down}
   */
  private double noise(int from, int to) {
    int count = to - from - 1;
    for (int i = 0; i < count; i++) {
      double difference = blocks.mean(from + i + 1) - blocks.mean(from + i);
      sorted[i] = difference * difference;
    }
    Arrays.sort(sorted, 0, count);
    int used = count > 2 * JUMP_DIFFERENCES ? count - JUMP_DIFFERENCES : count;
    double sum = 0;
    for (int i = 0; i < used; i++) {
      sum += sorted[i];
    }
    double trimmed = used < count ? TRIMMED_FACTOR : 1;
    return MEDIAN_TO_MEAN * trimmed * Math.sqrt(sum / (2.0 * used));
  }

  @Override
  public boolean isKnown() {
    return !Double.isNaN(error);
  }

  @Override
  public double start() {
    return start;
  }

  @Override
  public double recent() {
    return recent;
  }

  @Override
  public double best() {
    return best;
  }

  @Override
  public double lowestBlock() {
    return blocks.smallest();
  }

  @Override
  public double firstBlock() {
    return blocks.firstMean();
  }

  @Override
  public long iterations() {
    return blocks.span();
  }

  @Override
  public double gain() {
    return start - recent;
  }

  @Override
  public double recentGain() {
    return before - recent;
  }

  @Override
  public double gainError() {
    return Math.hypot(error, startError);
  }

  @Override
  public double recentGainByChance() {
    return STANDARD_ERRORS * Math.sqrt(2) * error;
  }

  @Override
  public double error() {
    return error;
  }

  @Override
  public boolean isBelowStart() {
    return isKnown() && gain() > STANDARD_ERRORS * error;
  }

  @Override
  public boolean hasFallenBy(double share) {
    return isKnown() && gain() - STANDARD_ERRORS * gainError() > share * Math.abs(start);
  }

  @Override
  public boolean hasFallenLessThan(double share) {
    return isKnown() && gain() + STANDARD_ERRORS * gainError() < share * Math.abs(start);
  }

  @Override
  public boolean hasTrend() {
    return isKnown() && (isFallingNow || recentGain() > STANDARD_ERRORS * Math.sqrt(2) * error);
  }

  @Override
  public boolean isRising() {
    return isKnown() && (isRisingNow || -recentGain() > recentGainByChance());
  }

  /** {@return whether the latest block is below the recent level by three standard errors} */
  boolean isFallingNow() {
    return isFallingNow;
  }

  @Override
  public boolean isFlat(double share) {
    return isKnown()
        && recentGain() + STANDARD_ERRORS * Math.sqrt(2) * error < share * Math.abs(recent);
  }

  @Override
  public void save(SavedNumbers to) {
    to.put("start", start)
        .put("startError", startError)
        .put("recent", recent)
        .put("before", before)
        .put("best", best)
        .put("error", error)
        .put("isFallingNow", isFallingNow)
        .put("isRisingNow", isRisingNow);
  }

  @Override
  public void restore(SavedNumbers from) {
    start = from.getDouble("start");
    startError = from.getDouble("startError");
    recent = from.getDouble("recent");
    before = from.getDouble("before");
    best = from.getDouble("best");
    error = from.getDouble("error");
    isFallingNow = from.getBoolean("isFallingNow");
    isRisingNow = from.getBoolean("isRisingNow");
  }
}
