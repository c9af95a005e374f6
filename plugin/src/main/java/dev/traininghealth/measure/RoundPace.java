package dev.traininghealth.measure;

import dev.traininghealth.guard.CostAccount;

/**
 * Decides when expensive measurements are due, whatever else the budget is spent on.
 *
 * <p>They are due after {@value #DUE_ITERATIONS} iterations or {@link #DUE_NANOS} of training,
 * whichever comes first, if a reserved part of the account's income pays for them by then, and
 * otherwise when it does. Without that reserve the measurements of every iteration, which come
 * first, would leave nothing for them for the whole run.
 */
final class RoundPace {
  /**
   * Iterations after which they are due. Activations, spreads and singular values change slowly,
   * but silent units should be reported while the run is still short.
   */
  static final int DUE_ITERATIONS = 500;

  /** Training time after which they are due if iterations are slow, nanoseconds. */
  static final double DUE_NANOS = 10e9;

  /** Share of the account's income that is reserved, a quarter for each of its two users. */
  private static final double SAVED_SHARE = 0.25;

  /** Weight of a rising cost in the running cost; see {@link #paid}. */
  private static final double RISING_SMOOTHING = 0.1;

  /** The same for a falling one, because the first measurements run code that is not compiled. */
  private static final double FALLING_SMOOTHING = 0.9;

  /** Multiple of the running cost as which a single pause of the JVM counts at most. */
  private static final double MAX_RISE_FACTOR = 4;

  private final CostAccount account;
  private int iterations;
  private double startNanos;
  private double costNanos;
  private boolean costKnown;
  private double savings;

  RoundPace(CostAccount account) {
    this.account = account;
  }

  /** Ends an iteration, which earns. */
  void onIterationDone() {
    iterations++;
    savings = Math.min(savings + account.allowance() * SAVED_SHARE, 2 * costNanos);
  }

  /** Whether the measurements are due, and paid by the reserve. */
  boolean isDue() {
    return costKnown
        && savings >= costNanos
        && (iterations >= DUE_ITERATIONS || account.trainingNanos() - startNanos >= DUE_NANOS);
  }

  /** Whether the reserve alone pays for the measurements now. */
  boolean isSaved() {
    return costKnown && savings >= costNanos;
  }

  /** Whether the reserve is not in debt. */
  boolean hasSavings() {
    return savings >= 0;
  }

  /** Begins the wait for the next time that they are due. */
  void restart() {
    iterations = 0;
    startNanos = account.trainingNanos();
  }

  /** Takes what all measurements usually cost from the reserve. */
  void spendOnce() {
    spend(costNanos);
  }

  /** Takes from the reserve, which may then be in debt. */
  void spend(double nanos) {
    savings -= nanos;
  }

  /**
   * Learns the cost of all measurements once. Falling costs are followed at once, because the first
   * time is far more expensive than later ones.
   *
   * @param nanos the time that they took, nanoseconds
   */
  void paid(double nanos) {
    double change = Math.min(nanos, MAX_RISE_FACTOR * costNanos) - costNanos;
    costNanos =
        costKnown
            ? costNanos + (change < 0 ? FALLING_SMOOTHING : RISING_SMOOTHING) * change
            : nanos;
    costKnown = true;
  }
}
