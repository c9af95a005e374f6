package dev.traininghealth.measure;

import dev.traininghealth.guard.CostAccount;

/**
 * Decides how often weights and updates are measured. Mandatory work leaves a part of an
 * iteration's allowance, and half of that part is for weights. If it suffices they are measured at
 * every iteration, otherwise at every k-th, evenly, and at least at every {@value #MAX_INTERVAL}th.
 * The other half is for the measurements on the schedule.
 */
final class WeightPace {
  static final int MAX_INTERVAL = 10;

  /** Iterations between decisions, so that the interval stays constant for a while. */
  private static final int DECISION_ITERATIONS = 50;

  /** Weight of a new observation in the running costs. */
  private static final double SMOOTHING = 0.1;

  /** Minimum share of the allowance for weights, however much the mandatory work takes. */
  private static final double MIN_ALLOWANCE_SHARE = 0.1;

  private int interval = 1;
  private int sinceMeasured = MAX_INTERVAL;
  private int sinceDecided;
  private double measuringNanos;

  /** Whether to measure at this iteration; must be called once per iteration. */
  boolean isDue() {
    sinceMeasured++;
    if (sinceMeasured < interval) {
      return false;
    }
    sinceMeasured = 0;
    return true;
  }

  /** Whether the next call of {@link #isDue} returns true. */
  boolean isNextDue() {
    return sinceMeasured + 1 >= interval;
  }

  /** Makes the next call of {@link #isDue} return true. */
  void makeDue() {
    sinceMeasured = MAX_INTERVAL;
  }

  /** Takes the duration of measuring all weights and updates. */
  void measured(long nanos) {
    measuringNanos = smoothed(measuringNanos, nanos);
  }

  /** Ends an iteration, and decides again from time to time. */
  void stepped(CostAccount account) {
    if (++sinceDecided >= DECISION_ITERATIONS) {
      sinceDecided = 0;
      double affordable =
          Math.max(account.allowanceLeft() / 2, account.allowance() * MIN_ALLOWANCE_SHARE);
      interval = (int) Math.max(1, Math.min(MAX_INTERVAL, Math.ceil(measuringNanos / affordable)));
    }
  }

  private static double smoothed(double mean, long nanos) {
    double value = (double) nanos;
    // Limits the effect of a single pause of the JVM.
    return mean == 0 ? value : mean + SMOOTHING * (Math.min(value, 4 * mean) - mean);
  }
}
