package dev.traininghealth.detect;

/**
 * Whether the score falls, as far as can be told from its noise. Two levels of the score are
 * compared, at the start of the run and lately, each a mean of block means; the noise comes from
 * differences of neighbouring blocks (von Neumann 1941), which a trend hardly touches.
 */
final class Progress {
  private final ScoreBlocks blocks;
  private double start = Double.NaN;
  private double recent = Double.NaN;
  private double error = Double.NaN;

  Progress(ScoreBlocks blocks) {
    this.blocks = blocks;
  }

  /** Computes anew; to be called every so many iterations. */
  void update() {
    int n = blocks.count();
    if (n < 8) {
      return;
    }
    int first = Math.max(1, n / 8);
    int last = n / 4;
    start = blocks.mean(0, first);
    recent = blocks.mean(n - last, n);
    double squares = 0;
    for (int i = 1; i < n; i++) {
      double d = blocks.mean(i) - blocks.mean(i - 1);
      squares += d * d;
    }
    double variance = squares / (2.0 * (n - 1));
    error = Math.sqrt(variance * (1.0 / first + 1.0 / last));
  }

  /** Whether there is enough to compare. */
  boolean isKnown() {
    return !Double.isNaN(error);
  }

  /** The score in the first eighth of the run. */
  double start() {
    return start;
  }

  /** The score in the last quarter of the run. */
  double recent() {
    return recent;
  }

  /** How far the score has fallen; negative where it has risen. */
  double gain() {
    return start - recent;
  }

  /** Standard error of {@link #gain}. */
  double error() {
    return error;
  }

  /** Whether the score has fallen by more than this share of where it began, beyond doubt. */
  boolean hasFallenBy(double share) {
    return isKnown() && gain() - 3 * error > share * Math.abs(start);
  }

  /** Whether the score has not fallen by as much as this share of where it began, beyond doubt. */
  boolean hasNotFallenBy(double share) {
    return isKnown() && gain() + 3 * error < share * Math.abs(start);
  }
}
