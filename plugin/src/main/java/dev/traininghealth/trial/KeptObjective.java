package dev.traininghealth.trial;

import dev.traininghealth.trial.TrialBranch.Start;
import java.util.List;

/**
 * Finds out whether the objective itself has changed: one minibatch is kept for the whole run, and
 * scored with the weights that the run began with. Neither changes; so where the score does, what
 * changes is the loss, as where a term of it is weighted by hand as the training goes on.
 *
 * <p>Not thread-safe: to be used by the thread that trains.
 */
final class KeptObjective implements AutoCloseable {
  /** Iterations between two looks. */
  private static final int EVERY = 500;

  /** Share of the score below which a difference is one of rounding. */
  private static final double ROUNDING = 1e-3;

  private final KeptMinibatch kept = new KeptMinibatch();
  private double score = Double.NaN;
  private double latest = Double.NaN;
  private long lookedAt;

  /**
   * Looks, in the course of a trial.
   *
   * @param states that the trial begins at; one of them is the network as the run began
   * @param toScore minibatches of which one is kept
   * @return whether the objective is another than when it was looked at first
   */
  boolean hasMoved(
      TrialRunner runner, List<TrialState> states, List<KeptMinibatch> toScore, long iteration) {
    TrialState began =
        states.stream().filter(s -> s.start() == Start.BEGINNING).findFirst().orElse(null);
    if (began == null || (isKnown() && iteration - lookedAt < EVERY)) {
      return false;
    }
    Branch branch =
        new Branch(began.start(), began.iteration(), began.parameters(), began.updaterState(), 1);
    if (isKnown()) {
      lookedAt = iteration;
      latest = runner.scoreOf(branch, kept.minibatch());
      return !areEqual(score, latest);
    }
    kept.take(toScore.get(0).minibatch(), iteration, true);
    double first = runner.scoreOf(branch, kept.minibatch());
    if (areEqual(first, runner.scoreAgain(kept.minibatch()))) { // or inference draws numbers
      lookedAt = iteration;
      score = first;
    }
    return false;
  }

  private static boolean areEqual(double a, double b) {
    return Math.abs(a - b) <= ROUNDING * Math.max(Math.abs(a), Math.abs(b));
  }

  private boolean isKnown() {
    return Double.isFinite(score);
  }

  /** The score when it was looked at first; NaN before. */
  double score() {
    return score;
  }

  /** The score when it was looked at last. */
  double latest() {
    return latest;
  }

  /** Forgets all: the weights that the run began with are others now. */
  @Override
  public void close() {
    kept.close();
    score = Double.NaN;
  }
}
