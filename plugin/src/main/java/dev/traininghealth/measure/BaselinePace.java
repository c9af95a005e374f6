package dev.traininghealth.measure;

import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.guard.RoundPace;
import dev.traininghealth.guard.RunningCost;

/**
 * Decides when the frozen baseline is compared, and on how much of the minibatch: at the start of a
 * run at any cost, later as the budget allows, and then at least as often as {@link RoundPace}
 * says.
 */
final class BaselinePace {
  /**
   * Iterations after freezing at which a comparison ignores the budget while the run starts. These
   * are early enough to show whether the network learns, and short runs have no others.
   */
  private static final int[] UNBUDGETED_ITERATIONS = {20, 50, 100, 200};

  /** Minimum of iterations between two comparisons, because learned progress changes slowly. */
  private static final int MIN_ITERATIONS_BETWEEN = 5;

  /**
   * Minimum of examples to compare on, if the minibatch has as many, so that one unusual example
   * does not decide alone. The exact number is a choice.
   */
  private static final int MIN_EXAMPLES = 4;

  private final CostAccount account;

  /**
   * The reserve. Each comparison is paid by it, because small measurements would otherwise use the
   * credit before a comparison can be paid.
   */
  private final RoundPace pace;

  private int age;
  private int unbudgeted;
  private int sinceLast;

  /** Cost of a comparison on the whole minibatch. */
  private final RunningCost whole = new RunningCost();

  BaselinePace(CostAccount account) {
    this.account = account;
    pace = new RoundPace(account, RoundPace.BASELINE_SHARE);
  }

  /** Whether a comparison is due; must be called once per iteration. */
  boolean isDue() {
    age++;
    sinceLast++;
    pace.onIterationDone();
    if (unbudgeted < UNBUDGETED_ITERATIONS.length && age >= UNBUDGETED_ITERATIONS[unbudgeted]) {
      unbudgeted++;
      if (account.isStarting() || !whole.isKnown()) {
        return begin();
      }
    }
    boolean affordable =
        sinceLast >= MIN_ITERATIONS_BETWEEN && pace.isSaved() && account.hasCredit();
    if (affordable || pace.isDue()) {
      pace.spendOnce();
      return begin();
    }
    return false;
  }

  /** Counts a comparison that was made out of turn. */
  void onRequested() {
    begin();
  }

  private boolean begin() {
    sinceLast = 0;
    pace.restart();
    return true;
  }

  /**
   * The number of examples to compare on: after the start, as many as the reserve pays for when the
   * next comparison is due. Only the steps of large networks are so slow that these are not all.
   *
   * @param examples size of the minibatch
   */
  int affordable(int examples) {
    if (account.isStarting()) {
      return examples;
    }
    double nanos = whole.isKnown() ? whole.nanos() : account.typicalStep(); // two forward passes
    double affordable = examples * (pace.savedUntilDue() / nanos);
    return (int) Math.max(Math.min(MIN_EXAMPLES, examples), Math.min(examples, affordable));
  }

  /**
   * Takes the duration of a comparison.
   *
   * @param nanos nanoseconds
   * @param share share of the minibatch's examples that were compared on
   */
  void measured(long nanos, double share) {
    pace.paid((double) nanos);
    whole.add(nanos / share);
  }
}
