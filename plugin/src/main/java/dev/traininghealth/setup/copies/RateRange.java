package dev.traininghealth.setup.copies;

import java.util.Optional;

/**
 * A range test of the learning rate (Smith 2017, "Cyclical Learning Rates for Training Neural
 * Networks"), verified by a replay. The rate rises from step to step by a constant factor. The
 * score falls first slowly, then fast, and rises where the rate is too high.
 *
 * @param replay a run at the rate that the test advises, in which the score falls
 * @hidden
 */
public record RateRange(ShortRun replay) {
  /** Maximum of steps of the test: about eight per power of ten. */
  private static final int MAX_STEPS = 60;

  /** Largest rate that is tried. None of DL4J's updaters is used above it. */
  private static final double MAX_RATE = 10;

  /** Smallest rate that is tried, below which no updater changes a weight of FLOAT visibly. */
  private static final double MIN_RATE = 1e-7;

  /** Weight of the scores before in the mean that smooths the noise of minibatches. */
  private static final double SMOOTHING = 0.7;

  /** Ratio to the initial score at which the test ends. */
  private static final double DIVERGED_RATIO = 4;

  /** Share of the score by which it must fall, so that noise is no success. */
  private static final double MIN_FALL = 0.02;

  /**
   * Factor from the rate of the lowest score to the advised one. At the lowest score the rate is
   * about to be too high, and an order of magnitude below it is the usual choice.
   */
  private static final double SAFETY = 10;

  /**
   * Runs the test.
   *
   * @param configuredRate the configured learning rate, above 0
   * @return empty if the time did not suffice, or if the score falls at no rate
   */
  public static Optional<RateRange> of(ShortRuns runs, double configuredRate) {
    double lowest =
        runs.areAffordable()
            ? lowest(runs, MIN_RATE / configuredRate, MAX_RATE / configuredRate)
            : Double.NaN;
    for (double by = SAFETY; lowest > 0 && by <= SAFETY * SAFETY; by *= SAFETY) {
      Optional<ShortRun> replay = runs.at(lowest / by);
      if (replay.isPresent() && replay.get().hasFallenBy(MIN_FALL)) {
        return Optional.of(new RateRange(replay.get()));
      }
    }
    return Optional.empty();
  }

  /**
   * The factor at the lowest smoothed score; NaN if the score does not fall or time is over. Each
   * score is relative to that of the same minibatch before the first step, because minibatches
   * differ by more than a step changes.
   */
  private static double lowest(ShortRuns runs, double low, double high) {
    int steps = Math.min(MAX_STEPS, runs.steps());
    double ratio = Math.pow(high / low, 1.0 / (steps - 1));
    double[] initial = runs.scores();
    double factor = low;
    double weighted = 0;
    double weights = 0;
    double best = 1 - MIN_FALL;
    double bestFactor = Double.NaN;
    runs.begin(low);
    for (int i = 0; i < steps; i++, factor *= ratio) {
      if (runs.isOver()) {
        return Double.NaN;
      }
      runs.scaleRates(factor);
      double before = initial[i % initial.length];
      double relative = 1 + (runs.step(i) - before) / Math.abs(before);
      weighted = SMOOTHING * weighted + (1 - SMOOTHING) * relative;
      weights = SMOOTHING * weights + (1 - SMOOTHING);
      double smoothed = weighted / weights;
      if (!Double.isFinite(smoothed) || smoothed > DIVERGED_RATIO) {
        break;
      }
      if (smoothed < best) {
        best = smoothed;
        bestFactor = factor;
      }
    }
    return bestFactor;
  }
}
