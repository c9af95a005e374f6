package dev.traininghealth.ui;

import dev.traininghealth.record.NonFinite;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects what is not finite of a series into runs: a network that died is one run of NaN however
 * long it goes on, and a single NaN is a run of its own.
 */
final class NonFiniteRuns {
  private final List<NonFiniteRun> runs = new ArrayList<>();
  private boolean open;

  /**
   * Adds what a row holds.
   *
   * @param finite whether the row holds finite values as well
   */
  void add(NonFinite found, boolean finite) {
    NonFiniteRun run =
        new NonFiniteRun(
            Math.min(found.firstIteration(), found.lastIteration()),
            Math.max(found.firstIteration(), found.lastIteration()),
            found.nans(),
            found.positiveInfinities(),
            found.negativeInfinities());
    int end = runs.size() - 1;
    if (end >= 0 && continues(runs.get(end), run, finite)) {
      runs.set(end, runs.get(end).with(run));
    } else {
      runs.add(run);
    }
    open = !finite;
  }

  private boolean continues(NonFiniteRun last, NonFiniteRun next, boolean finite) {
    return last.isLike(next) && ((open && !finite) || next.first() <= last.last() + 1);
  }

  /** A row in which all that was measured is finite ends the run. */
  void interrupt() {
    open = false;
  }

  /**
   * Joins neighbors until there are no more than {@code most}, those closest to each other first. A
   * joined run says how many values of each kind lie between its ends.
   */
  void bound(int most) {
    for (long gap = 2; runs.size() > most; gap *= 2) {
      List<NonFiniteRun> joined = new ArrayList<>();
      for (int i = 0; i < runs.size(); i++) {
        NonFiniteRun run = runs.get(i);
        int end = joined.size() - 1;
        boolean enough = joined.size() + runs.size() - i <= most;
        if (end >= 0 && !enough && run.first() - joined.get(end).last() <= gap) {
          joined.set(end, joined.get(end).with(run));
        } else {
          joined.add(run);
        }
      }
      runs.clear();
      runs.addAll(joined);
    }
  }

  List<NonFiniteRun> list() {
    return runs;
  }
}
