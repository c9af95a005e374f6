package dev.traininghealth.guard;

import java.util.function.LongSupplier;

/**
 * Keeps the listener's cost within a share of the training time.
 *
 * <p>Each step credits {@code 0.7 · budget · step time}, but not more than a typical step. The
 * listener's work on any thread is charged, except validation and protection after the update.
 * Mandatory work is always done. Optional work waits for {@link #hasCredit()}.
 *
 * @hidden
 */
public final class CostAccount {
  /**
   * Share of the budget that is credited. The rest covers cost that the listener cannot measure,
   * such as the calls into it and data that it evicts from the caches.
   */
  private static final double USABLE_SHARE = 0.7;

  /**
   * Credit is limited to what this much training time earns, nanoseconds, and so is debt while a
   * run starts. Otherwise slow code in a JVM's first seconds would suppress measurements for the
   * first minute, in which users watch a run.
   */
  private static final double HORIZON_NANOS = 0.5e9;

  /**
   * Time constant of {@link #share()}, nanoseconds. It is long compared with one expensive
   * measurement. After the start, debt is limited to what this time earns, so that a measurement
   * that took long is made up for.
   */
  private static final double SHARE_WINDOW = 10e9;

  /**
   * Training time after the start that {@link #share()} needs, nanoseconds. In less, a single pause
   * of the JVM would be most of it.
   */
  private static final double MIN_SHARE_NANOS = 1e9;

  /**
   * Share by which one observation moves the typical step towards the median, however large an
   * outlier is.
   */
  private static final double DRIFT_SHARE = 0.05;

  /**
   * Training time that counts as the start of a run, nanoseconds. Until then classes are loaded and
   * code is compiled, which says nothing about the cost of the rest of the run.
   */
  static final double START_NANOS = 5e9;

  private final double budget;
  private final LongSupplier clock;

  /** Running median of the step times, nanoseconds; 0 before the first. */
  private double typicalStep;

  /** Mandatory work on this thread since the last step ended, nanoseconds. */
  private long mandatoryNanos;

  /** Running median of the mandatory work per step, nanoseconds; 0 before the first. */
  private double typicalMandatoryNanos;

  private long mark;
  private double credit;
  private double recentSpent;
  private double startSpent;
  private double unchargedSpent;
  private double recentElapsed;

  /** Sum of the credited step times, nanoseconds. */
  private double trainingNanos;

  /**
   * Creates an account without credit or debt.
   *
   * @param budget share of the training time that may be spent, above 0 and at most 1
   * @param clock current time in nanoseconds, such as {@code System::nanoTime}
   * @throws IllegalArgumentException if the budget is out of range
   */
  public CostAccount(double budget, LongSupplier clock) {
    if (!(budget > 0 && budget <= 1)) {
      throw new IllegalArgumentException(
          "costBudget must be above 0 and at most 1 (0.02 is two percent of each step), was "
              + budget);
    }
    this.budget = budget;
    this.clock = clock;
  }

  /**
   * Starts a period of work on this thread, which {@link #chargeMandatory()} charges.
   *
   * @return the time since the last period of work ended, nanoseconds; 0 for the first
   */
  public long startWork() {
    long before = mark;
    mark = clock.getAsLong();
    return before == 0 ? 0 : mark - before;
  }

  /** Charges the time since {@link #startWork()} or the last charge as mandatory work. */
  public void chargeMandatory() {
    mandatoryNanos += chargeElapsed();
  }

  /**
   * Charges the time since {@link #startWork()} or the last charge as optional work, which could
   * have been done later or less often.
   *
   * @return that time, nanoseconds
   */
  public long chargeOptional() {
    return chargeElapsed();
  }

  /**
   * Adds the time since {@link #startWork()} or the last charge to {@link #unchargedNanos} without
   * charging it. This is for work with a budget of its own.
   */
  public void countUncharged() {
    long now = clock.getAsLong();
    unchargedSpent += now - mark;
    mark = now;
  }

  private long chargeElapsed() {
    long now = clock.getAsLong();
    long nanos = now - mark;
    charge(nanos);
    mark = now;
    return nanos;
  }

  /** {@return the account's clock, nanoseconds} */
  public long now() {
    return clock.getAsLong();
  }

  /**
   * Charges work that was done elsewhere.
   *
   * @param nanos its time, nanoseconds
   */
  public void charge(long nanos) {
    credit -= nanos;
    if (isStarting()) {
      startSpent += nanos;
    } else {
      recentSpent += nanos;
    }
  }

  /**
   * Credits one training step, including the listener's own time.
   *
   * <p>A step earns at most what a typical one does. Where steps take microseconds, pauses for
   * garbage collection may take as long as all steps together, and they are no training. Time
   * beyond twice the typical step does not count as training time either.
   *
   * @param nanos time between the ends of two iterations, nanoseconds; 0 if unknown
   */
  public void creditStep(long nanos) {
    typicalMandatoryNanos = drifted(typicalMandatoryNanos, mandatoryNanos);
    mandatoryNanos = 0;
    if (nanos <= 0) {
      return;
    }
    typicalStep = drifted(typicalStep, nanos);
    double training = Math.min((double) nanos, 2 * typicalStep);
    trainingNanos += training;
    double earned = budget * USABLE_SHARE;
    double maxDebt = (isStarting() ? HORIZON_NANOS : SHARE_WINDOW) * earned;
    double balance = credit + Math.min((double) nanos, typicalStep) * earned;
    credit = Math.max(-maxDebt, Math.min(HORIZON_NANOS * earned, balance));
    if (!isStarting()) {
      double keep = SHARE_WINDOW / (SHARE_WINDOW + training);
      recentSpent *= keep;
      recentElapsed = (recentElapsed + training) * keep;
    }
  }

  /** {@return whether training has not yet taken five seconds} */
  public boolean isStarting() {
    return trainingNanos < START_NANOS;
  }

  private static double drifted(double typical, long observed) {
    return typical == 0
        ? observed
        : typical * (observed > typical ? 1 + DRIFT_SHARE : 1 - DRIFT_SHARE);
  }

  /** {@return whether optional work may be done now} */
  public boolean hasCredit() {
    return credit > 0;
  }

  /** {@return the training time so far, without pauses, nanoseconds} */
  public double trainingNanos() {
    return trainingNanos;
  }

  /** {@return the running median of the step times, nanoseconds, or 0 before the first} */
  public double typicalStep() {
    return typicalStep;
  }

  /** {@return what a typical step may cost, nanoseconds, or 0 before the first} */
  public double allowance() {
    return typicalStep * budget * USABLE_SHARE;
  }

  /**
   * {@return the part of {@link #allowance} that a typical step's mandatory work leaves,
   * nanoseconds, which may be negative}
   */
  public double allowanceLeft() {
    return allowance() - typicalMandatoryNanos;
  }

  /**
   * {@return the share of the training time that was charged in about the last ten seconds, from 0
   * to 1, or NaN until training has taken six seconds, five of which are the start}
   */
  public double share() {
    return recentElapsed >= MIN_SHARE_NANOS ? Math.min(1, recentSpent / recentElapsed) : Double.NaN;
  }

  /** {@return the share of the training time that may be spent} */
  public double budget() {
    return budget;
  }

  /** {@return the running median of the mandatory work per step, nanoseconds} */
  public double typicalMandatoryNanos() {
    return typicalMandatoryNanos;
  }

  /** {@return what was charged in the first five seconds of training, nanoseconds} */
  public double startNanos() {
    return startSpent;
  }

  /** {@return what work with budgets of its own has taken so far, nanoseconds} */
  public double unchargedNanos() {
    return unchargedSpent;
  }
}
