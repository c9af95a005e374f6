package dev.traininghealth.trial;

/**
 * The lengths of the branches of one trial.
 *
 * @param firstLook number of steps of each branch, after which most are stopped
 * @param steps number of steps of the finalists and of changing nothing
 * @param isHasty whether there is only time for the first look if the network is being lost anyway
 */
record TrialPlan(int firstLook, int steps, boolean isHasty) {
  /** Maximum of steps of a finalist. */
  private static final int MAX_STEPS = 18;

  /** The same maximum if there are so few branches that all are finalists. */
  static final int MAX_STEPS_OF_FEW = 30;

  private static final int MIN_STEPS = 5;
  private static final int MAX_FIRST_LOOK = 6;
  private static final int MIN_FIRST_LOOK = 2;

  /** Number of branches that run to the end, including changing nothing. */
  private static final int FULL_BRANCHES = 3;

  /** Maximum of steps of all branches together: the time of 120 steps minus that of scoring. */
  private static final double MAX_TOTAL_STEPS = 96;

  /** Minimum of steps of all branches together that gives a result. */
  private static final double MIN_TOTAL_STEPS = 24;

  /**
   * Target time of all branches together, nanoseconds, if that suffices for the minimum of steps.
   */
  private static final double TARGET_NANOS = 4e9;

  /** Number of steps in total below which the trial is hasty. */
  private static final double HASTY_STEPS = 60;

  /**
   * Plans a trial.
   *
   * @param stepNanos duration of a training step, nanoseconds; 0 if unknown
   * @param branches number of branches besides changing nothing
   * @param available number of minibatches to step on, at least one
   */
  static TrialPlan of(double stepNanos, int branches, int available) {
    double affordable = stepNanos > 0 ? TARGET_NANOS / stepNanos : MAX_TOTAL_STEPS;
    double all = Math.max(MIN_TOTAL_STEPS, Math.min(MAX_TOTAL_STEPS, affordable));
    int steps = (int) Math.max(MIN_STEPS, Math.min(MAX_STEPS, all / (FULL_BRANCHES + 2)));
    if (branches < FULL_BRANCHES) {
      steps = (int) Math.max(steps, Math.min(MAX_STEPS_OF_FEW, all / (branches + 1)));
    }
    double rest = (all - FULL_BRANCHES * steps) / Math.max(1, branches);
    int first = (int) Math.max(MIN_FIRST_LOOK, Math.min(MAX_FIRST_LOOK, rest));
    boolean hasty = all < HASTY_STEPS;
    if (hasty) {
      first = (int) Math.max(first, Math.min(MAX_FIRST_LOOK, all / Math.max(1, branches)));
    }
    int maxSteps = Math.max(1, available);
    return new TrialPlan(Math.min(first, maxSteps), Math.min(steps, maxSteps), hasty);
  }
}
