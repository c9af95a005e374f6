package dev.traininghealth.run;

import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.text.NumberText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cost of a run, which any thread may read. Logs once that it is more than the budget, and why.
 *
 * <p>That happens if the measurements of every iteration, which never wait, exceed the budget
 * alone: one call takes some microseconds, and reading the gradient takes as long as its memory
 * needs.
 */
final class RunCost {
  private static final Logger log = LoggerFactory.getLogger(RunCost.class);

  private final CostAccount account;
  private boolean logged;

  /** Written last at each iteration, which publishes the account's other numbers. */
  private volatile double recentShare = Double.NaN;

  RunCost(CostAccount account) {
    this.account = account;
  }

  /** Called at the end of each iteration. */
  void onIterationDone() {
    recentShare = account.share();
    if (!logged && account.isOverBudget()) {
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
    return "The listener takes "
        + NumberText.percent(account.share())
        + " of the training time, more than its budget of "
        + NumberText.percent(account.budget())
        + ". What it measures at every iteration takes "
        + NumberText.number(Math.rint(account.typicalMandatoryNanos() / 1e3))
        + " µs of a step of "
        + NumberText.number(Math.rint(account.typicalStep() / 1e3))
        + " µs; other measurements are taken only when they are due.";
  }
}
