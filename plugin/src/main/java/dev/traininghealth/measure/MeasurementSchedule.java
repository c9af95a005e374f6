package dev.traininghealth.measure;

import dev.traininghealth.guard.CostAccount;
import java.util.List;

/**
 * Spreads expensive measurements over iterations. Each task measures one array, and an iteration
 * runs as many tasks as the cost account has credit for. The first round ignores the credit.
 *
 * <p>Each task runs once per round. A round begins at least {@value #ITERATIONS_PER_ROUND}
 * iterations after the previous one. The measured quantities change slowly, and most iterations
 * should have no expensive work, however slow the network is.
 */
final class MeasurementSchedule {
  static final int ITERATIONS_PER_ROUND = 5;

  private final CostAccount account;

  /** Iterations since the start of the round. */
  private int age;

  /** While activations are in DL4J's workspace. */
  final Phase forward;

  /** When the gradient is complete and the updater has not run. */
  final Phase gradient;

  /** After the update, whose values then replace the gradient in memory. */
  final Phase update;

  /** One measurement of one array. */
  interface Task {
    void measure();
  }

  MeasurementSchedule(
      CostAccount account, List<Task> forward, List<Task> gradient, List<Task> update) {
    this.account = account;
    this.forward = new Phase(forward);
    this.gradient = new Phase(gradient);
    this.update = new Phase(update);
  }

  /** Ends an iteration; starts the next round if all tasks have run and the round is old enough. */
  void onIterationDone() {
    age++;
    boolean done = forward.isDone() && gradient.isDone() && update.isDone();
    if (done && age >= ITERATIONS_PER_ROUND) {
      age = 0;
      forward.next = 0;
      gradient.next = 0;
      update.next = 0;
    }
  }

  /** The tasks that run at the same moment of the iteration. */
  final class Phase {
    private final Task[] tasks;
    private int next;

    /** The first round ignores the credit, so that no page is empty at the start. */
    private boolean firstRound = true;

    private Phase(List<Task> tasks) {
      this.tasks = tasks.toArray(new Task[0]);
    }

    /** Whether a task may run now. */
    boolean isDue() {
      return !isDone() && (firstRound || account.hasCredit());
    }

    /** Runs as many tasks as the account allows; the account must have started timing. */
    void run() {
      while (isDue()) {
        tasks[next++].measure();
        account.chargeOptional();
      }
      firstRound &= !isDone();
    }

    private boolean isDone() {
      return next == tasks.length;
    }
  }
}
