package dev.traininghealth.trial;

import dev.traininghealth.trial.TrialBranch.Start;
import java.util.List;

/**
 * Detects that the objective itself has changed. One minibatch is kept for the whole run and scored
 * with the initial weights. Neither changes, so a changed score means a changed loss function, for
 * example if one of its terms is reweighted during training.
 *
 * <p>Not thread-safe: only the training thread may use it.
 */
final class KeptObjective implements AutoCloseable {
  /** Iterations between two checks. */
  private static final int CHECK_INTERVAL = 500;

  /** Share of the score up to which a difference counts as rounding. */
  private static final double ROUNDING_SHARE = 1e-3;

  private final KeptMinibatch kept = new KeptMinibatch();
  private double score = Double.NaN;
  private double latest = Double.NaN;
  private long checkedAt;

  /**
   * Checks the objective during a trial.
   *
   * @param states the states of the trial; one of them is the initial network
   * @param toScore minibatches of which one is kept
   * @return whether the objective differs from that of the first check
   */
  boolean hasMoved(
      TrialRunner runner, List<TrialState> states, List<KeptMinibatch> toScore, long iteration) {
    TrialState began =
        states.stream().filter(s -> s.start() == Start.BEGINNING).findFirst().orElse(null);
    if (began == null || (isKnown() && iteration - checkedAt < CHECK_INTERVAL)) {
      return false;
    }
    Branch branch =
        new Branch(began.start(), began.iteration(), began.parameters(), began.updaterState(), 1);
    if (isKnown()) {
      checkedAt = iteration;
      latest = runner.scoreOf(branch, kept.minibatch());
      return !areEqual(score, latest);
    }
    kept.take(toScore.get(0).minibatch(), iteration, true);
    double first = runner.scoreOf(branch, kept.minibatch());
    if (areEqual(first, runner.scoreAgain(kept.minibatch()))) { // otherwise inference is random
      checkedAt = iteration;
      score = first;
    }
    return false;
  }

  private static boolean areEqual(double a, double b) {
    return Math.abs(a - b) <= ROUNDING_SHARE * Math.max(Math.abs(a), Math.abs(b));
  }

  private boolean isKnown() {
    return Double.isFinite(score);
  }

  /** The score at the first check; NaN before. */
  double score() {
    return score;
  }

  /** The score at the latest check; NaN before the second. */
  double latest() {
    return latest;
  }

  /** Forgets everything, because the initial weights have changed. */
  @Override
  public void close() {
    kept.close();
    score = Double.NaN;
  }
}
