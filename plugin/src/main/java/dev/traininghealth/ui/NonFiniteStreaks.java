package dev.traininghealth.ui;

import dev.traininghealth.record.NonFinite;
import java.util.ArrayList;
import java.util.List;

/**
 * Groups the non-finite values of a series into streaks. A network that stays non-finite is one
 * streak of NaN, however long it lasts, and a single NaN is a streak as well.
 */
final class NonFiniteStreaks {
  private final List<Streak> streaks = new ArrayList<>();
  private boolean open;

  /**
   * Consecutive non-finite values, without a finite one in between.
   *
   * @param first iteration of the first value
   * @param last iteration of the last value
   * @param nans number of NaN values
   * @param positiveInfinities number of +Infinity values
   * @param negativeInfinities number of -Infinity values
   */
  record Streak(
      long first, long last, long nans, long positiveInfinities, long negativeInfinities) {

    /** Whether both hold the same kinds of values. */
    boolean isLike(Streak other) {
      return nans > 0 == other.nans > 0
          && positiveInfinities > 0 == other.positiveInfinities > 0
          && negativeInfinities > 0 == other.negativeInfinities > 0;
    }

    Streak with(Streak other) {
      return new Streak(
          Math.min(first, other.first),
          Math.max(last, other.last),
          nans + other.nans,
          positiveInfinities + other.positiveInfinities,
          negativeInfinities + other.negativeInfinities);
    }
  }

  /**
   * Adds the non-finite values of a row.
   *
   * @param finite whether the row also holds finite values
   */
  void add(NonFinite found, boolean finite) {
    Streak streak =
        new Streak(
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

  private boolean continues(Streak last, Streak next, boolean finite) {
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
      List<Streak> joined = new ArrayList<>();
      for (int i = 0; i < streaks.size(); i++) {
        Streak streak = streaks.get(i);
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

  List<Streak> list() {
    return streaks;
  }
}
