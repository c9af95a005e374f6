package dev.traininghealth.samples.benchmark;

/**
 * The duration of the comparison of one network.
 *
 * @param warmUpSeconds training time before anything is measured, all modes together
 * @param timingSeconds training time in which steps are timed, in each of two parts
 * @param roundSeconds approximate length of a mode's turn in a round
 * @param minRounds minimum number of rounds, however long they take
 * @param accountSeconds training time in which each listener's callbacks are measured
 * @param accountTurns number of turns of each listener in that time
 * @param profiledIterations iterations of each listener in which operations are counted
 */
public record Effort(
    double warmUpSeconds,
    double timingSeconds,
    double roundSeconds,
    int minRounds,
    double accountSeconds,
    int accountTurns,
    int profiledIterations) {

  /** For published figures: about twenty minutes for all networks. */
  public static Effort full() {
    return new Effort(12, 40, 0.15, 8, 8, 2, 100);
  }

  /** For a check: less than a minute for all networks. */
  public static Effort quick() {
    return new Effort(2, 2, 0.03, 2, 0.5, 1, 10);
  }
}
