package dev.traininghealth.guard;

/**
 * Decides when expensive measurements are due, whatever else the budget is spent on.
 *
 * <p>They are due after {@value #DUE_ITERATIONS} iterations or {@link #DUE_NANOS} of training,
 * whichever comes first, if a reserved part of the account's income pays for them by then, and
 * otherwise when it does. Without that reserve the measurements of every iteration, which come
 * first, would leave nothing for them for the whole run.
 *
 * @hidden
 */
public final class RoundPace {
  /**
   * Iterations after which they are due. Activations, spreads and singular values change slowly,
   * but silent units should be reported while the run is still short.
   */
  public static final int DUE_ITERATIONS = 500;

  /** Training time after which they are due if iterations are slow, nanoseconds. */
  public static final double DUE_NANOS = 10e9;

  /**
   * Share that is reserved for the scheduled measurements of what mandatory work leaves of the
   * account's income. With a sixth for the frozen baseline and a twelfth for the noise of the
   * gradient, half remains for the weights.
   */
  public static final double ROUNDS_SHARE = 0.25;

  /**
   * Share that is reserved for the frozen baseline. It is smaller: a comparison is a forward pass,
   * which dominates the cost of convolutional networks, and learned progress changes slowly.
   */
  public static final double BASELINE_SHARE = 1.0 / 6;

  /**
   * Share that is reserved for the noise of the gradient. A measurement computes a gradient as an
   * iteration does, and has no answer for thousands of iterations in any case.
   */
  public static final double NOISE_SHARE = 1.0 / 12;

  /** Minimum share of the whole income that is reserved, however much the mandatory work takes. */
  private static final double MIN_SAVED_SHARE = 0.05;

  /**
   * Number of times after which the cost of all measurements is known. The first times take up to
   * fifty times as long, because the code is not compiled: 64, 6.4, 2.2, 1.6 and 1.2 ms in a
   * perceptron of 335,114 parameters.
   */
  private static final int COLD_ROUNDS = 3;

  private final CostAccount account;
  private final double savedShare;
  private int iterations;
  private double startNanos;
  private RunningCost cost = new RunningCost();
  private double savings;

  /** How often the measurements were taken. */
  private int rounds;

  /**
   * Creates a pace without savings.
   *
   * @param account earns what is saved
   * @param savedShare {@link #ROUNDS_SHARE}, {@link #BASELINE_SHARE} or {@link #NOISE_SHARE}
   */
  public RoundPace(CostAccount account, double savedShare) {
    this.account = account;
    this.savedShare = savedShare;
  }

  /** Ends an iteration, which earns. */
  public void onIterationDone() {
    iterations++;
    savings = Math.min(savings + savedPerIteration(), 2 * cost.nanos());
  }

  private double savedPerIteration() {
    return Math.max(account.allowanceLeft() * savedShare, account.allowance() * MIN_SAVED_SHARE);
  }

  /** {@return what the reserve saves in {@link #DUE_NANOS} of training, nanoseconds} */
  public double savedUntilDue() {
    return savedPerIteration() * DUE_NANOS / account.typicalStep();
  }

  /** {@return whether the measurements are due, and paid by the reserve} */
  public boolean isDue() {
    return isSaved() && isTime();
  }

  /**
   * Whether the measurements are due although their code is not compiled yet. They belong to the
   * start of the run, and the reserve does not pay for them: saving for such a cost would take
   * thousands of iterations. They wait until they take no more than the budget's share of the time
   * since the previous ones.
   *
   * @return whether they are
   */
  public boolean isDueWhileCold() {
    return isCold()
        && cost.isKnown()
        && isTime()
        && cost.nanos() <= account.budget() * (account.trainingNanos() - startNanos);
  }

  /** {@return whether the code of the measurements is probably not compiled yet} */
  public boolean isCold() {
    return rounds <= COLD_ROUNDS;
  }

  private boolean isTime() {
    return iterations >= DUE_ITERATIONS || account.trainingNanos() - startNanos >= DUE_NANOS;
  }

  /** {@return whether the reserve alone pays for the measurements now} */
  public boolean isSaved() {
    return cost.isKnown() && savings >= cost.nanos();
  }

  /** {@return whether the reserve is not in debt} */
  public boolean hasSavings() {
    return savings >= 0;
  }

  /** Begins the wait for the next time that they are due. */
  public void restart() {
    iterations = 0;
    startNanos = account.trainingNanos();
  }

  /** Takes what all measurements usually cost from the reserve. */
  public void spendOnce() {
    spend(cost.nanos());
  }

  /**
   * Takes from the reserve, which may then be in debt.
   *
   * @param nanos nanoseconds
   */
  public void spend(double nanos) {
    savings -= nanos;
  }

  /**
   * Learns the cost of all measurements once.
   *
   * @param nanos the time that they took, nanoseconds
   */
  public void paid(double nanos) {
    rounds++;
    if (rounds == COLD_ROUNDS + 1) {
      cost = new RunningCost();
    }
    cost.add(nanos);
  }
}
