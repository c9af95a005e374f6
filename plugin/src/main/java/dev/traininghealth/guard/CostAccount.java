package dev.traininghealth.guard;

import java.util.function.LongSupplier;

/**
 * Keeps what the listener costs within a share of the training time.
 *
 * <p>Each step credits {@code 0.7 · budget · step time}. The listener's work on any thread is
 * charged, except validation and protection after the update. Mandatory work is always done;
 * optional work waits for {@link #hasCredit()}.
 *
 * @hidden
 */
public final class CostAccount {
  /**
   * Share of the budget that is given out: the rest is for what cannot be seen from inside, such as
   * the calls into the listener and memory that it pushes out of the caches.
   */
  private static final double USABLE_SHARE = 0.7;

  /**
   * Credit or debt is forgotten beyond what this much training time earns, nanoseconds: so that
   * what is slow in a virtual machine's first seconds does not blind the listener for the first
   * minute, which is when a training is watched.
   */
  private static final double HORIZON_NANOS = 0.5e9;

  /** Time constant of {@link #share()}, nanoseconds: long against one dear measurement. */
  private static final double SHARE_WINDOW = 10e9;

  /** By how much an observation moves the typical step: towards the median, whatever outliers. */
  private static final double DRIFT_SHARE = 0.05;

  private final double budget;
  private final LongSupplier clock;

  /** Running median of the steps, nanoseconds. */
  private double typicalStep;

  /** Duty on this thread since the last step ended, and its running median, nanoseconds. */
  private long duty;

  private double typicalDuty;

  private long mark;
  private double credit;
  private double recentSpent;
  private double recentElapsed;

  /**
   * An account without credit or debt.
   *
   * @param budget share of the training time that may be spent, above 0 and at most 1
   * @param clock nanoseconds, as {@code System::nanoTime}
   * @throws IllegalArgumentException if the budget is outside
   */
  public CostAccount(double budget, LongSupplier clock) {
    if (!(budget > 0 && budget <= 1)) {
      throw new IllegalArgumentException(
          "costBudget must be above 0 and at most 1 (0.02 is two percent of the step), was "
              + budget);
    }
    this.budget = budget;
    this.clock = clock;
  }

  /** Begins a stretch of work on this thread, which {@link #lap()} charges. */
  public void begin() {
    mark = clock.getAsLong();
  }

  /** Charges the work since {@link #begin()} or the last lap: a duty. */
  public void lap() {
    duty += charge();
  }

  /** Charges the same where it could as well have been done later, or less often. */
  public void chargeOptional() {
    charge();
  }

  /** Tells the same in {@link #share} alone: what has a budget of its own. */
  public void countUncharged() {
    long now = clock.getAsLong();
    recentSpent += now - mark;
    mark = now;
  }

  private long charge() {
    long now = clock.getAsLong();
    long nanos = now - mark;
    spend(nanos);
    mark = now;
    return nanos;
  }

  /** The account's clock, nanoseconds. */
  public long now() {
    return clock.getAsLong();
  }

  /** Charges work done elsewhere. */
  public void spend(long nanos) {
    credit -= nanos;
    recentSpent += nanos;
  }

  /**
   * Credits a step of training, the listener's own time in it included. What a step is longer than
   * twice the typical one is taken for a pause between two trainings and earns nothing.
   *
   * @param nanos time between the ends of two iterations; 0 where it is not known
   */
  public void creditStep(long nanos) {
    typicalDuty = drifted(typicalDuty, duty);
    duty = 0;
    if (nanos <= 0) {
      return;
    }
    typicalStep = drifted(typicalStep, nanos);
    double training = Math.min((double) nanos, 2 * typicalStep);
    double bound = HORIZON_NANOS * budget * USABLE_SHARE;
    credit = Math.max(-bound, Math.min(bound, credit + training * budget * USABLE_SHARE));
    double keep = SHARE_WINDOW / (SHARE_WINDOW + training);
    recentSpent *= keep;
    recentElapsed = (recentElapsed + training) * keep;
  }

  private static double drifted(double typical, long observed) {
    return typical == 0
        ? observed
        : typical * (observed > typical ? 1 + DRIFT_SHARE : 1 - DRIFT_SHARE);
  }

  /** Whether something may be done that could wait. */
  public boolean hasCredit() {
    return credit > 0;
  }

  /**
   * Gives what a step takes.
   *
   * @return a running median, nanoseconds; 0 before the first
   */
  public double typicalStep() {
    return typicalStep;
  }

  /** What a typical step may cost, nanoseconds; 0 before the first. */
  public double allowance() {
    return typicalStep * budget * USABLE_SHARE;
  }

  /** What is left of {@link #allowance} when a typical step's duties are done; may be negative. */
  public double allowanceLeft() {
    return allowance() - typicalDuty;
  }

  /** Share of the training time of the last ten seconds or so that was spent, 0 to 1. */
  public double share() {
    return recentElapsed > 0 ? recentSpent / recentElapsed : 0;
  }
}
