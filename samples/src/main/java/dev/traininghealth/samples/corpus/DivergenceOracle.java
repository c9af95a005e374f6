package dev.traininghealth.samples.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;

/**
 * Finds the iteration at which a run has diverged gradually, from its scores alone.
 *
 * <p>It is the first iteration that fulfills both conditions:
 *
 * <ul>
 *   <li>Its score exceeds {@value #RATIO} times the <em>recent median</em>, which is above 0. That
 *       is the lowest of the medians of each {@value #WINDOW} successive scores that end at most
 *       {@value #RECENT} iterations before it. A divergence that takes hundreds of iterations
 *       therefore does not raise its own limit. If there are fewer scores before it, it is the
 *       median of all.
 *   <li>It leaves that limit <em>for good</em>: none of the later scores' medians over {@value
 *       #SMOOTHED} iterations is below the same limit, up to the end of the run. The last medians
 *       are of as many scores as are left. At least {@value #SMOOTHED} iterations follow, or the
 *       last score is not finite.
 * </ul>
 *
 * <p>If it is one of the first {@value #FIRST_ITERATIONS}, the run has not diverged gradually: it
 * has left no time for an early sign.
 *
 * <p>A score of NaN or Infinity counts as larger than all finite ones, so that a run that ends in
 * NaN has left for good. Only the scores are read, and nothing of the plugin.
 */
public final class DivergenceOracle extends BaseTrainingListener {
  /** Number of first iterations at which a divergence is not gradual. */
  static final int FIRST_ITERATIONS = 20;

  /** Multiple of the recent median that the score must exceed. */
  static final int RATIO = 3;

  /** Number of successive scores of a recent median. */
  static final int WINDOW = 100;

  /** Iterations before a score at which the scores of a recent median end at the earliest. */
  static final int RECENT = 400;

  /** Number of later scores whose median must stay above the limit. */
  static final int SMOOTHED = 20;

  private final List<Double> scores = new ArrayList<>();
  private final List<Long> iterations = new ArrayList<>();

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    score(iteration, model.score());
  }

  /** Adds the score of an iteration. */
  void score(long iteration, double score) {
    scores.add(Double.isFinite(score) ? score : Double.POSITIVE_INFINITY);
    iterations.add(iteration);
  }

  /** The iteration at which the run has diverged gradually; empty if it has not. */
  public OptionalLong divergence() {
    int n = scores.size();
    double[] before = new double[n];
    for (int i = 1; i < n; i++) {
      before[i] = median(Math.max(0, i - WINDOW), i);
    }
    double[] lowestAfter = new double[n + 1];
    lowestAfter[n] = Double.POSITIVE_INFINITY;
    for (int i = n - 1; i >= 0; i--) {
      lowestAfter[i] = Math.min(lowestAfter[i + 1], median(i, Math.min(i + SMOOTHED, n)));
    }
    boolean endsNonFinite = n > 0 && Double.isInfinite(scores.get(n - 1));
    for (int i = 1; i < n && (endsNonFinite || i + SMOOTHED < n); i++) {
      double recent = before[i];
      for (int j = Math.max(WINDOW, i - RECENT); j < i; j++) {
        recent = Math.min(recent, before[j]);
      }
      double limit = RATIO * recent;
      if (recent > 0
          && Double.isFinite(recent)
          && scores.get(i) > limit
          && lowestAfter[i] > limit) {
        return i < FIRST_ITERATIONS ? OptionalLong.empty() : OptionalLong.of(iterations.get(i));
      }
    }
    return OptionalLong.empty();
  }

  private double median(int from, int to) {
    double[] some =
        scores.subList(from, to).stream().mapToDouble(score -> score).sorted().toArray();
    // of an even number the lower one, as the mean of a finite and an infinite one is infinite
    return some[(some.length - 1) / 2];
  }
}
