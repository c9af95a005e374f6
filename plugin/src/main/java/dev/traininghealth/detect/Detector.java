package dev.traininghealth.detect;

import dev.traininghealth.numbers.NetworkLayout;

/**
 * Detects one kind of problem from the numbers of a run.
 *
 * <p>A detector reads the {@link History} and reports to a {@link FindingReporter}. It has no
 * arrays and no clock, and it must not wait.
 *
 * <p>The training thread calls it at each iteration, so it may only do a few comparisons there. Do
 * more expensive work only every {@value History#EVALUATION_INTERVAL} iterations or so. One
 * instance serves one run and may keep state. What it throws never reaches the training: the
 * detector is not called again in that run, and a warning is logged.
 *
 * <p>It reports a finding again as long as it holds. The first report starts a diagnosis. The
 * diagnosis ends after {@link Finding#expiryIterations()} iterations without another report.
 *
 * <p>If a detector implements {@link dev.traininghealth.numbers.Restorable}, its state is saved and
 * restored with a listener, and rolled back with the network. It is identified by its name.
 * Otherwise it starts without state in a restored listener.
 */
public interface Detector {
  /**
   * {@return the name in diagnoses and in the setting that switches it off, e.g. {@code dead-relu}}
   */
  String name();

  /**
   * {@return what it has to see of a run before its silence means anything; one score if it does
   * not say} It is asked once, when the run starts.
   *
   * @param layout the network
   */
  default Requirement requirement(NetworkLayout layout) {
    return Requirement.of(Evidence.SCORE);
  }

  /**
   * Inspects the gradient and the score of an iteration before the update.
   *
   * @param history the run up to now; weights and updates are those of an earlier iteration
   * @param findings receives the findings
   */
  default void onGradient(History history, FindingReporter findings) {}

  /**
   * Inspects an iteration after its update.
   *
   * @param history the run up to now
   * @param findings receives the findings
   */
  default void onUpdate(History history, FindingReporter findings) {}
}
