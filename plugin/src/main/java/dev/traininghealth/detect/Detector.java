package dev.traininghealth.detect;

/**
 * Looks for one kind of problem. A detector is a function of numbers: it reads the {@link History}
 * and reports to {@link FindingReporter}; it has neither arrays nor clock, and it never waits.
 *
 * <p>It is called by the thread that trains, at every iteration, so what it does there must be a
 * few comparisons; what takes longer belongs into every so many iterations. One instance serves one
 * run and may keep state. Whatever it throws never reaches the training: the detector is not asked
 * again in that run, with one warning.
 *
 * <p>What it finds it reports again as long as it holds: the first report starts a diagnosis, and
 * when none has come for {@link Finding#expiryIterations()} iterations the diagnosis ends.
 *
 * <p>A detector that implements {@link dev.traininghealth.numbers.Restorable} keeps its state where
 * a listener is saved and restored, and goes back with a network that is set back to a snapshot. It
 * is found again by its name. One that does not begins anew in a restored listener.
 */
public interface Detector {
  /**
   * Names the detector, for the setting that switches it off and for its diagnoses.
   *
   * @return words with dashes, e.g. {@code dead-relu}
   */
  String name();

  /**
   * Looks at the gradient and the score of an iteration, before anything has been updated.
   *
   * @param history the numbers up to now; weights and updates are those of an earlier iteration
   * @param findings where to report
   */
  default void onGradient(History history, FindingReporter findings) {}

  /**
   * Looks at an iteration when its update has been applied.
   *
   * @param history the numbers up to now
   * @param findings where to report
   */
  default void onUpdate(History history, FindingReporter findings) {}
}
