package dev.traininghealth.measure;

import dev.traininghealth.guard.CostAccount;

/**
 * Decides when the frozen baseline is compared: early at any cost, later as the budget allows, and
 * then at least as often as {@link RoundPace} says.
 */
final class BaselinePace {
  /**
   * Iterations after freezing at which a comparison ignores the budget. These are early enough to
   * show whether the network learns, and short runs have no others.
   */
  private static final int[] UNBUDGETED_ITERATIONS = {20, 50, 100, 200};

  /** Minimum of iterations between two comparisons, because learned progress changes slowly. */
  private static final int MIN_ITERATIONS_BETWEEN = 5;

  private final CostAccount account;

  /**
   * The reserve. Each comparison is paid by it, because small measurements would otherwise use the
   * credit before a comparison can be paid.
   */
  private final RoundPace pace;

  private int age;
  private int unbudgeted;
  private int sinceLast;

  BaselinePace(CostAccount account) {
    this.account = account;
    pace = new RoundPace(account);
  }

  /** Whether a comparison is due; must be called once per iteration. */
  boolean isDue() {
    age++;
    sinceLast++;
    pace.onIterationDone();
    if (unbudgeted < UNBUDGETED_ITERATIONS.length && age >= UNBUDGETED_ITERATIONS[unbudgeted]) {
      unbudgeted++;
      return begin();
    }
    boolean affordable =
        sinceLast >= MIN_ITERATIONS_BETWEEN && pace.isSaved() && account.hasCredit();
    if (affordable || pace.isDue()) {
      pace.spendOnce();
      return begin();
    }
    return false;
  }

  private boolean begin() {
    sinceLast = 0;
    pace.restart();
    return true;
  }

  /** Takes the duration of a comparison, nanoseconds. */
  void measured(long nanos) {
    pace.paid((double) nanos);
  }
}
