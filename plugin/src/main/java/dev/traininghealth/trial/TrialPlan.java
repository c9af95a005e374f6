package dev.traininghealth.trial;

/**
 * How far the branches of one trial are tried.
 *
 * @param firstLook steps of each branch, after which most are given up
 * @param steps of those that go on to the end, and of doing nothing
 * @param isHasty whether there is no time for more than the first look where the network is being
 *     lost anyway
 */
record TrialPlan(int firstLook, int steps, boolean isHasty) {
  /** Steps of a branch that goes on to the end, where steps are cheap. */
  private static final int MAX_STEPS = 18;

  /** The same where there are so few branches that all go on to the end. */
  static final int MAX_STEPS_OF_FEW = 30;

  private static final int MIN_STEPS = 5;
  private static final int MAX_FIRST_LOOK = 6;
  private static final int MIN_FIRST_LOOK = 2;

  /** Branches that go on to the end, doing nothing among them. */
  private static final int TO_THE_END = 3;

  /** What all branches take together at most: 120 steps' time, less what scoring takes. */
  private static final double MAX_ALL = 96;

  /** The fewest that tell anything. */
  private static final double MIN_ALL = 24;

  /**
   * Time that all branches should take together, nanoseconds, where that is enough for the fewest.
   */
  private static final double WANTED_NANOS = 4e9;

  /** Below so many steps in all the trial is hasty. */
  private static final double HASTE = 60;

  /**
   * Plans a trial.
   *
   * @param stepNanos what a step of the training takes; 0 where it is not known
   * @param branches beside doing nothing
   * @param available minibatches to step on, one at least
   */
  static TrialPlan of(double stepNanos, int branches, int available) {
    double affordable = stepNanos > 0 ? WANTED_NANOS / stepNanos : MAX_ALL;
    double all = Math.max(MIN_ALL, Math.min(MAX_ALL, affordable));
    int steps = (int) Math.max(MIN_STEPS, Math.min(MAX_STEPS, all / (TO_THE_END + 2)));
    if (branches < TO_THE_END) {
      steps = (int) Math.max(steps, Math.min(MAX_STEPS_OF_FEW, all / (branches + 1)));
    }
    double rest = (all - TO_THE_END * steps) / Math.max(1, branches);
    int first = (int) Math.max(MIN_FIRST_LOOK, Math.min(MAX_FIRST_LOOK, rest));
    boolean hasty = all < HASTE;
    if (hasty) {
      first = (int) Math.max(first, Math.min(MAX_FIRST_LOOK, all / Math.max(1, branches)));
    }
    int most = Math.max(1, available);
    return new TrialPlan(Math.min(first, most), Math.min(steps, most), hasty);
  }
}
