package dev.traininghealth.measure;

import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.guard.RoundPace;
import java.util.Arrays;
import java.util.List;

/**
 * Spreads expensive measurements over iterations. Each task measures one array and runs once per
 * round. The first round ignores the cost.
 *
 * <ul>
 *   <li><b>While the account has credit</b>, an iteration runs as many tasks as it pays for, and a
 *       round begins at least {@value #MIN_ITERATIONS_PER_ROUND} iterations after the previous one:
 *       most iterations should have no expensive work, however slow the network is. After the start
 *       of a run, the rounds are further apart.
 *   <li><b>When a round is due</b> ({@link RoundPace}), its remaining tasks run within the next
 *       {@value #DUE_ROUND_ITERATIONS} iterations without credit, in equal parts. The reserve pays
 *       for them, except for the first rounds, whose code is not compiled yet.
 *   <li><b>While a run starts</b>, rounds are due at the iterations of {@link #START_ITERATIONS}.
 *   <li><b>A task may be repeated</b> soon after a suspicious value, paid by the same reserve.
 * </ul>
 */
final class MeasurementSchedule {
  static final int MIN_ITERATIONS_PER_ROUND = 5;

  /**
   * Iterations between rounds after the start of a run that nothing has made due: a fifth of those
   * after which they are due. The values change slowly, and credit that is not spent makes training
   * faster.
   */
  static final int MIN_ITERATIONS_APART = RoundPace.DUE_ITERATIONS / 5;

  /**
   * Training time that is enough instead if iterations are slow, nanoseconds: a third. Slow
   * networks could afford more rounds than anyone looks at.
   */
  static final double MIN_NANOS_APART = RoundPace.DUE_NANOS / 3;

  /**
   * Iterations after which a round is due without credit while a run starts: as early as the frozen
   * baseline is compared. A short run has no other rounds, since the code that is not compiled yet
   * takes all credit of its first second.
   */
  private static final int[] START_ITERATIONS = {20, 50, 100, 200};

  /**
   * Iterations over which a due round is spread, so that it costs no iteration much and measures
   * all arrays at nearly the same time.
   */
  static final int DUE_ROUND_ITERATIONS = 20;

  /**
   * Iterations between two requested rounds. Something that looks unusual for long must not pay for
   * a round at every iteration.
   */
  static final int MIN_ITERATIONS_BETWEEN_REQUESTS = 100;

  private final CostAccount account;
  private RoundPace pace;

  /** Iterations since the start of the round. */
  private int age;

  /** Training time at the start of the round, nanoseconds. */
  private double startNanos;

  /** Iterations so far. */
  private long iteration;

  /** How many rounds of the start were due. */
  private int startRounds;

  /** The next iteration from which on a round may be requested. */
  private long nextRequest;

  /** Whether the remaining tasks of the round run without credit. */
  private boolean due;

  /** Whether the reserve does not pay for them, as the round belongs to the start of the run. */
  private boolean unpaid;

  /** What the tasks of this round have cost, nanoseconds. */
  private double roundNanos;

  /** Whether the cost of this round is known to {@link #pace}. */
  private boolean paid;

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
    pace = new RoundPace(account, RoundPace.ROUNDS_SHARE);
    this.forward = new Phase(forward);
    this.gradient = new Phase(gradient);
    this.update = new Phase(update);
  }

  /** Continues from a schedule of the same tasks for other arrays. */
  void continueFrom(MeasurementSchedule before) {
    pace = before.pace;
    age = before.age;
    startNanos = before.startNanos;
    iteration = before.iteration;
    startRounds = before.startRounds;
    nextRequest = before.nextRequest;
    due = before.due;
    unpaid = before.unpaid;
    roundNanos = before.roundNanos;
    paid = before.paid;
    forward.continueFrom(before.forward);
    gradient.continueFrom(before.gradient);
    update.continueFrom(before.update);
  }

  /**
   * Ends an iteration; starts the next round if all tasks have run and the round is old enough, and
   * makes it due if it is time.
   */
  void onIterationDone() {
    age++;
    iteration++;
    pace.onIterationDone();
    if (forward.isDone() && gradient.isDone() && update.isDone()) {
      endRound();
    }
    boolean isStartDue = isStartRoundDue();
    if (due) {
      return;
    }
    if (pace.isDue() || pace.isDueWhileCold()) {
      makeDue();
    } else if (isStartDue) {
      due = true;
      unpaid = true;
    }
  }

  /** Whether a round of the start is due now; must be called once per iteration. */
  private boolean isStartRoundDue() {
    if (startRounds == START_ITERATIONS.length || iteration < START_ITERATIONS[startRounds]) {
      return false;
    }
    startRounds++;
    return account.isStarting();
  }

  /**
   * Requests a round from the next iteration on, regardless of the credit. Use it when something
   * looks suspicious.
   */
  void request() {
    if (!due && iteration >= nextRequest && pace.hasSavings()) {
      makeDue();
      nextRequest = iteration + MIN_ITERATIONS_BETWEEN_REQUESTS;
    }
  }

  private void makeDue() {
    due = true;
    pace.restart(); // the wait begins when a round is due, so that rounds do not drift apart
  }

  private void endRound() {
    if (!paid) {
      pace.paid(roundNanos);
      paid = true;
      if (!due) {
        pace.restart();
      }
      due = false;
      unpaid = false;
    }
    if (age >= MIN_ITERATIONS_PER_ROUND && (due || isOldEnough())) {
      age = 0;
      startNanos = account.trainingNanos();
      roundNanos = 0;
      paid = false;
      forward.next = 0;
      gradient.next = 0;
      update.next = 0;
    }
  }

  private boolean isOldEnough() {
    return account.isStarting()
        || age >= MIN_ITERATIONS_APART
        || account.trainingNanos() - startNanos >= MIN_NANOS_APART;
  }

  /** The tasks that run at the same moment of the iteration. */
  final class Phase {
    private static final long NEVER = Long.MAX_VALUE;

    private final Task[] tasks;

    /** The iteration at which each task runs again; {@link #NEVER} for most. */
    private final long[] repeatAt;

    /** The earliest of them. */
    private long nextRepeat = NEVER;

    /** What each task took the last time, nanoseconds; 0 before the first. */
    private final double[] lastNanos;

    private int next;

    /** The first round ignores the credit, so that no page is empty at the start. */
    private boolean firstRound = true;

    private Phase(List<Task> tasks) {
      this.tasks = tasks.toArray(new Task[0]);
      repeatAt = new long[this.tasks.length];
      lastNanos = new double[this.tasks.length];
      Arrays.fill(repeatAt, NEVER);
    }

    private void continueFrom(Phase before) {
      System.arraycopy(before.repeatAt, 0, repeatAt, 0, repeatAt.length);
      System.arraycopy(before.lastNanos, 0, lastNanos, 0, lastNanos.length);
      nextRepeat = before.nextRepeat;
      next = before.next;
      firstRound = before.firstRound;
    }

    /** Whether a task may run now. */
    boolean isDue() {
      return isNextDue() || isRepeatDue();
    }

    private boolean isNextDue() {
      return !isDone() && (firstRound || due || account.hasCredit());
    }

    private boolean isRepeatDue() {
      return nextRepeat <= iteration && pace.hasSavings();
    }

    /** Runs as many tasks as may run now; the account must have started timing. */
    void run() {
      if (isRepeatDue()) {
        runRepeats();
      }
      int free = due ? (tasks.length + DUE_ROUND_ITERATIONS - 1) / DUE_ROUND_ITERATIONS : 0;
      while (!isDone() && (firstRound || free > 0 || account.hasCredit())) {
        free--;
        double nanos = run(next++);
        roundNanos += nanos;
        if (due && !unpaid && !pace.isCold()) {
          pace.spend(nanos);
        }
      }
      firstRound &= !isDone();
    }

    /**
     * Runs a task and charges its time.
     *
     * @return its cost, nanoseconds: the shorter of its last two times, because a pause of the JVM
     *     or another program on the processor rarely prolongs both, and would otherwise delay the
     *     next rounds by thousands of iterations
     */
    private double run(int task) {
      tasks[task].measure();
      double nanos = account.chargeOptional();
      double before = lastNanos[task];
      lastNanos[task] = nanos;
      return before == 0 ? nanos : Math.min(before, nanos);
    }

    /**
     * Runs a task again soon.
     *
     * @param task its index in the list
     * @param iterations how many iterations from now, above 0
     */
    void repeat(int task, int iterations) {
      repeatAt[task] = iteration + iterations;
      nextRepeat = Math.min(nextRepeat, repeatAt[task]);
    }

    private void runRepeats() {
      for (int i = 0; i < tasks.length; i++) {
        if (repeatAt[i] <= iteration) {
          repeatAt[i] = NEVER; // before the task, which may ask for the next repetition
          pace.spend(run(i));
        }
      }
      nextRepeat = NEVER;
      for (long at : repeatAt) {
        nextRepeat = Math.min(nextRepeat, at);
      }
    }

    private boolean isDone() {
      return next == tasks.length;
    }
  }
}
