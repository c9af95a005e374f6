package dev.traininghealth.measure;

import dev.traininghealth.guard.CostAccount;

/** Decides when the frozen baseline is compared: early at any cost, later as the budget allows. */
final class BaselinePace {
  /**
   * Iterations after freezing at which a comparison ignores the budget. These are early enough to
   * show whether the network learns, and short runs have no others.
   */
  private static final int[] UNBUDGETED_ITERATIONS = {20, 50, 100, 200};

  /** Minimum of iterations between two comparisons, because learned progress changes slowly. */
  private static final int MIN_ITERATIONS_BETWEEN = 5;

  /**
   * Share of the account's income that is reserved for the next comparison. It is saved separately,
   * because small measurements would otherwise use the credit before a comparison can be paid.
   */
  private static final double SAVED_SHARE = 0.25;

  private final CostAccount account;
  private int age;
  private int unbudgeted;
  private int sinceLast;
  private boolean costKnown;
  private double costNanos;
  private double savings;

  BaselinePace(CostAccount account) {
    this.account = account;
  }

  /** Whether a comparison is due; must be called once per iteration. */
  boolean isDue() {
    age++;
    sinceLast++;
    savings = Math.min(savings + account.allowance() * SAVED_SHARE, 2 * costNanos);
    if (unbudgeted < UNBUDGETED_ITERATIONS.length && age >= UNBUDGETED_ITERATIONS[unbudgeted]) {
      unbudgeted++;
      sinceLast = 0;
      return true;
    }
    if (costKnown
        && sinceLast >= MIN_ITERATIONS_BETWEEN
        && savings >= costNanos
        && account.hasCredit()) {
      savings -= costNanos;
      sinceLast = 0;
      return true;
    }
    return false;
  }

  /**
   * Takes the duration of a comparison. Falling costs are followed at once, because the first
   * comparison is far more expensive than later ones. A single pause of the JVM counts as at most
   * four times the mean.
   */
  void measured(long nanos) {
    double value = (double) nanos;
    double change = Math.min(value, 4 * costNanos) - costNanos;
    costNanos = costKnown ? costNanos + (change < 0 ? 0.9 : 0.1) * change : value;
    costKnown = true;
  }
}
