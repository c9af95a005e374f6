package dev.traininghealth.measure;

import dev.traininghealth.guard.CostAccount;

/**
 * Decides how often weights and updates are measured: at every iteration where that fits into half
 * of what an iteration's duties leave of the allowance, else at every k-th, evenly, and at least at
 * every {@value #MAX_INTERVAL}th. The other half is for what is measured on the schedule.
 */
final class WeightPace {
  static final int MAX_INTERVAL = 10;

  /** Iterations between decisions, so that the spacing stays even for a while. */
  private static final int STABLE_FOR = 50;

  /** Weight of a new observation in the running costs. */
  private static final double SMOOTHING = 0.1;

  /** Share of the allowance that is given to the weights whatever the duties take. */
  private static final double MIN_GAIN_SHARE = 0.1;

  private int interval = 1;
  private int sinceMeasured = MAX_INTERVAL;
  private int sinceDecided;
  private double measuringNanos;

  /** Whether this iteration's turn has come; to be asked once an iteration. */
  boolean isDue() {
    sinceMeasured++;
    if (sinceMeasured < interval) {
      return false;
    }
    sinceMeasured = 0;
    return true;
  }

  /** Makes it the turn of the iteration that asks next. */
  void makeDue() {
    sinceMeasured = MAX_INTERVAL;
  }

  /** Tells what measuring all weights and updates took. */
  void measured(long nanos) {
    measuringNanos = smoothed(measuringNanos, nanos);
  }

  /** Tells that an iteration has ended, and decides anew from time to time. */
  void stepped(CostAccount account) {
    if (++sinceDecided >= STABLE_FOR) {
      sinceDecided = 0;
      double affordable =
          Math.max(account.allowanceLeft() / 2, account.allowance() * MIN_GAIN_SHARE);
      interval = (int) Math.max(1, Math.min(MAX_INTERVAL, Math.ceil(measuringNanos / affordable)));
    }
  }

  private static double smoothed(double mean, long nanos) {
    double value = (double) nanos;
    // One pause of the virtual machine is no change of the cost.
    return mean == 0 ? value : mean + SMOOTHING * (Math.min(value, 4 * mean) - mean);
  }
}
