package dev.traininghealth.detect;

/**
 * Whether the score falls, as far as can be told from its noise. The level at the start of the run
 * is compared with a mean of block means lately; the noise comes from differences of neighbouring
 * blocks (von Neumann 1941), which a trend hardly touches, and which means of blocks keep honest
 * where scores of neighbouring iterations depend on each other.
 */
final class Progress {
  /** Blocks that it takes. */
  private static final int FEWEST = 8;

  private static final double SURE = 3;

  private final ScoreBlocks blocks;
  private double start = Double.NaN;
  private double recent = Double.NaN;
  private double before = Double.NaN;
  private double best = Double.NaN;
  private double error = Double.NaN;

  Progress(ScoreBlocks blocks) {
    this.blocks = blocks;
  }

  /**
   * Computes anew; to be called every so many iterations.
   *
   * @param start level of the score at the start, robust against a single jump
   */
  void update(double start) {
    int n = blocks.count();
    if (n < FEWEST) {
      return;
    }
    this.start = start;
    int quarter = n / 4;
    recent = blocks.mean(n - quarter, n);
    before = blocks.mean(n - 2 * quarter, n - quarter);
    best = Double.POSITIVE_INFINITY;
    for (int i = quarter; i <= n; i++) {
      best = Math.min(best, blocks.mean(i - quarter, i));
    }
    double squares = 0;
    for (int i = n - 2 * quarter + 1; i < n; i++) {
      double d = blocks.mean(i) - blocks.mean(i - 1);
      squares += d * d;
    }
    error = Math.sqrt(squares / (2.0 * (2 * quarter - 1)) / quarter);
  }

  /** Whether there is enough to compare. */
  boolean isKnown() {
    return !Double.isNaN(error);
  }

  /** The score at the start of the run. */
  double start() {
    return start;
  }

  /** The score in the last quarter of the run. */
  double recent() {
    return recent;
  }

  /** The lowest mean over a quarter of the run. */
  double best() {
    return best;
  }

  /** How far the score has fallen; negative where it has risen. */
  double gain() {
    return start - recent;
  }

  /** How far the score has fallen from the third quarter of the run to the last. */
  double gainLately() {
    return before - recent;
  }

  /** Standard error of the recent score. */
  double error() {
    return error;
  }

  /** Whether the score has fallen by more than this share of where it began, beyond doubt. */
  boolean hasFallenBy(double share) {
    return isKnown() && gain() - SURE * error > share * Math.abs(start);
  }

  /** Whether the score has not fallen by as much as this share of where it began, beyond doubt. */
  boolean hasNotFallenBy(double share) {
    return isKnown() && gain() + SURE * error < share * Math.abs(start);
  }

  /** Whether the score has not fallen by as much as this share of itself lately, beyond doubt. */
  boolean isFlat(double share) {
    return isKnown() && gainLately() + SURE * Math.sqrt(2) * error < share * Math.abs(recent);
  }
}
