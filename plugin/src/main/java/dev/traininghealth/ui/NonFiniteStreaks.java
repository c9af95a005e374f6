package dev.traininghealth.ui;

import dev.traininghealth.record.NonFinite;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects what is not finite of a series into runs: a network that died is one run of NaN however
 * long it goes on, and a single NaN is a run of its own.
 */
final class NonFiniteStreaks {
  private final List<NonFiniteStreak> runs = new ArrayList<>();
  private boolean open;

  /**
   * Adds what a row holds.
   *
   * @param finite whether the row holds finite values as well
   */
  void add(NonFinite found, boolean finite) {
    NonFiniteStreak run =
        new NonFiniteStreak(
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

  private boolean continues(NonFiniteStreak last, NonFiniteStreak next, boolean finite) {
    return last.isLike(next) && ((open && !finite) || next.first() <= last.last() + 1);
  }

  /** A row in which all that was measured is finite ends the run. */
  void interrupt() {
    open = false;
  }

  /**
   * Joins neighbors until there are no more than {@code max}, those closest to each other first. A
   * joined run says how many values of each kind lie between its ends.
   */
  void mergeTo(int max) {
    for (long gap = 2; runs.size() > max; gap *= 2) {
      List<NonFiniteStreak> joined = new ArrayList<>();
      for (int i = 0; i < runs.size(); i++) {
        NonFiniteStreak run = runs.get(i);
        int end = joined.size() - 1;
        boolean enough = joined.size() + runs.size() - i <= max;
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

  List<NonFiniteStreak> list() {
    return runs;
  }
}
