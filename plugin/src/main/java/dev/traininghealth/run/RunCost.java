package dev.traininghealth.run;

import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.guard.MemoryBudget;
import dev.traininghealth.measure.conditions.IterationTimes;
import dev.traininghealth.measure.conditions.MemorySource;
import dev.traininghealth.text.NumberText;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cost of a run, which any thread may read. Logs once what memory it takes, and once that it is
 * more than the budget, and why.
 *
 * <p>That happens if the measurements of every iteration, which never wait, exceed the budget
 * alone: one call takes some microseconds, and reading the gradient takes as long as its memory
 * needs.
 */
final class RunCost {
  private static final Logger log = LoggerFactory.getLogger(RunCost.class);

  /** Starts the listener's work at each call, and times what is between two. */
  final IterationTimes times;

  private final CostAccount account;
  private final MemoryBudget memory;

  /**
   * Training time above the budget that is logged, nanoseconds. A single expensive measurement of a
   * slow network raises the share for less.
   */
  private static final double LOGGED_NANOS = 20e9;

  /** Training time when the share was last within the budget, nanoseconds. */
  private double withinAtNanos;

  private boolean logged;

  /** When the last iteration ended, by the run's clock; 0 before the first. */
  private volatile long lastDoneNanos;

  /** Written last at each iteration, which publishes the account's other numbers. */
  private volatile double recentShare = Double.NaN;

  RunCost(CostAccount account, MemoryBudget memory, @Nullable MemorySource source) {
    this.account = account;
    this.memory = memory;
    times = new IterationTimes(account, source);
  }

  /** {@return the time since the previous iteration ended, nanoseconds; 0 for the first} */
  long stepNanos() {
    long before = lastDoneNanos;
    long now = account.now();
    lastDoneNanos = now;
    long step = before == 0 ? 0 : now - before;
    times.ofStep(step);
    return step;
  }

  /** Leaves the time since the last iteration out of the next step. */
  void restartStep() {
    if (lastDoneNanos != 0) {
      lastDoneNanos = account.now();
      times.restart();
    }
  }

  /** {@return when the last iteration ended; 0 before the first} */
  long lastDoneNanos() {
    return lastDoneNanos;
  }

  /** Called at the end of each iteration. */
  void onIterationDone() {
    memory.report();
    recentShare = account.share();
    if (!(recentShare > account.budget())) { // NaN in the first seconds
      withinAtNanos = account.trainingNanos();
    } else if (!logged && account.trainingNanos() - withinAtNanos > LOGGED_NANOS) {
      logged = true;
      log.info("{}", message());
    }
  }

  /** {@return the cost up to the latest iteration} */
  TrainingCost total() {
    double share = recentShare;
    return new TrainingCost(share, account.startNanos() / 1e9, account.unchargedNanos() / 1e9);
  }

  private String message() {
    return "The listener has taken more than its budget of "
        + NumberText.percent(account.budget())
        + " for "
        + NumberText.number(LOGGED_NANOS / 1e9)
        + " seconds of training, lately "
        + NumberText.percent(account.share())
        + ". What it measures at every iteration takes "
        + NumberText.number(Math.rint(account.typicalMandatoryNanos() / 1e3))
        + " µs of a step of "
        + NumberText.number(Math.rint(account.typicalStep() / 1e3))
        + " µs; the rest is for measurements that are due.";
  }
}
