package dev.traininghealth.ui;

import dev.traininghealth.record.NonFinite;
import java.util.ArrayList;
import java.util.List;

/**
 * Groups the non-finite values of a series into streaks. A network that stays non-finite is one
 * streak of NaN, however long it lasts, and a single NaN is a streak as well.
 */
final class NonFiniteStreaks {
  private final List<NonFiniteStreak> streaks = new ArrayList<>();
  private boolean open;

  /**
   * Adds the non-finite values of a row.
   *
   * @param finite whether the row also holds finite values
   */
  void add(NonFinite found, boolean finite) {
    NonFiniteStreak streak =
        new NonFiniteStreak(
            Math.min(found.firstIteration(), found.lastIteration()),
            Math.max(found.firstIteration(), found.lastIteration()),
            found.nans(),
            found.positiveInfinities(),
            found.negativeInfinities());
    int end = streaks.size() - 1;
    if (end >= 0 && continues(streaks.get(end), streak, finite)) {
      streaks.set(end, streaks.get(end).with(streak));
    } else {
      streaks.add(streak);
    }
    open = !finite;
  }

  private boolean continues(NonFiniteStreak last, NonFiniteStreak next, boolean finite) {
    return last.isLike(next) && ((open && !finite) || next.first() <= last.last() + 1);
  }

  /** Ends the streak; called for a row with only finite values. */
  void interrupt() {
    open = false;
  }

  /**
   * Joins neighbors until there are at most {@code max} streaks, those closest to each other first.
   * A joined streak has the total count of each kind of value between its ends.
   */
  void mergeTo(int max) {
    for (long gap = 2; streaks.size() > max; gap *= 2) {
      List<NonFiniteStreak> joined = new ArrayList<>();
      for (int i = 0; i < streaks.size(); i++) {
        NonFiniteStreak streak = streaks.get(i);
        int end = joined.size() - 1;
        boolean enough = joined.size() + streaks.size() - i <= max;
        if (end >= 0 && !enough && streak.first() - joined.get(end).last() <= gap) {
          joined.set(end, joined.get(end).with(streak));
        } else {
          joined.add(streak);
        }
      }
      streaks.clear();
      streaks.addAll(joined);
    }
  }

  List<NonFiniteStreak> list() {
    return streaks;
  }
}
