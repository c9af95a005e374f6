package dev.traininghealth.samples.benchmark;

/**
 * The duration of the comparison of one network.
 *
 * @param warmUpSeconds training time before anything is measured, all modes together
 * @param warmUpIterations minimum iterations of each mode before that, unless they take three times
 *     as long
 * @param timingSeconds training time in which steps are timed, and a quarter of it for
 *     StatsListener
 * @param roundSeconds approximate length of a mode's turn in a round
 * @param minRounds minimum number of rounds, however long they take
 * @param spacing a turn with StatsListener has a multiple of this number of iterations
 * @param accountSeconds training time in which each of the plugin's listeners is measured, and a
 *     third of it for StatsListener
 * @param accountIterations minimum iterations of each of the plugin's listeners in that time,
 *     unless they take three times as long: expensive measurements are taken every ten seconds or
 *     less often
 * @param accountTurns number of turns of each listener in that time
 * @param countSeconds approximate training time in which each listener's operations are counted, or
 *     gradients are read
 * @param maxCounted maximum number of iterations in that time
 */
public record Effort(
    double warmUpSeconds,
    int warmUpIterations,
    double timingSeconds,
    double roundSeconds,
    int minRounds,
    int spacing,
    double accountSeconds,
    int accountIterations,
    int accountTurns,
    double countSeconds,
    int maxCounted) {

  /** For published figures: at most half an hour for all networks. */
  public static Effort full() {
    return new Effort(8, 2000, 30, 0.15, 8, 10, 8, 200, 2, 2, 200);
  }

  /** For a check: less than two minutes for all networks. */
  public static Effort quick() {
    return new Effort(0.5, 0, 0.5, 0.02, 1, 1, 0.3, 0, 1, 0.05, 10);
  }

  /** Longest time to wait for a listener's first record, seconds. */
  double maxFirstRecordSeconds() {
    return warmUpSeconds;
  }
}
