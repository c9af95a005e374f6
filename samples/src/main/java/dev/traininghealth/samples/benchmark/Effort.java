package dev.traininghealth.samples.benchmark;

/**
 * How long the comparison of one network may take.
 *
 * @param warmUpSeconds training before anything is measured, all modes together
 * @param timingSeconds training in which steps are timed, in each of two parts
 * @param roundSeconds length of a mode's turn in a round, about
 * @param fewestRounds rounds that are run whatever they take
 * @param accountSeconds training in which each listener's callbacks are looked into
 * @param accountTurns turns that each listener takes in that
 * @param profiledIterations iterations of each listener in which operations are counted
 */
public record Effort(
    double warmUpSeconds,
    double timingSeconds,
    double roundSeconds,
    int fewestRounds,
    double accountSeconds,
    int accountTurns,
    int profiledIterations) {

  /** For figures to be published: about twenty minutes for all networks. */
  public static Effort full() {
    return new Effort(12, 40, 0.15, 8, 8, 2, 100);
  }

  /** To see that it works: less than a minute for all networks. */
  public static Effort quick() {
    return new Effort(2, 2, 0.03, 2, 0.5, 1, 10);
  }
}
