package dev.traininghealth.measure;

import dev.traininghealth.guard.CostAccount;

/** Decides when the paired control runs: early whatever it costs, later as it can be paid for. */
final class BaselinePace {
  /**
   * Iterations after the frozen copy whose control asks for no credit: it is by then that one wants
   * to know whether anything is learned, and short trainings have no others.
   */
  private static final int[] UNBUDGETED_ITERATIONS = {20, 50, 100, 200};

  /** Iterations between two controls at least: what has been learned changes slowly. */
  private static final int MIN_ITERATIONS_BETWEEN = 5;

  /**
   * Share of the account's income that is laid by for the next control. It is saved apart, since
   * what can be done in small pieces would always take the credit before a control is paid for.
   */
  private static final double SAVED = 0.25;

  private final CostAccount account;
  private int age;
  private int unasked;
  private int sinceLast;
  private boolean costKnown;
  private double costNanos;
  private double savings;

  BaselinePace(CostAccount account) {
    this.account = account;
  }

  /** Whether a control is to run; to be asked once an iteration. */
  boolean isDue() {
    age++;
    sinceLast++;
    savings = Math.min(savings + account.allowance() * SAVED, 2 * costNanos);
    if (unasked < UNBUDGETED_ITERATIONS.length && age >= UNBUDGETED_ITERATIONS[unasked]) {
      unasked++;
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
   * Tells what a control took. Falling costs are followed at once, since the first control is far
   * dearer than those to come; one pause of the virtual machine is no change of the cost.
   */
  void measured(long nanos) {
    double value = (double) nanos;
    double change = Math.min(value, 4 * costNanos) - costNanos;
    costNanos = costKnown ? costNanos + (change < 0 ? 0.9 : 0.1) * change : value;
    costKnown = true;
  }
}
