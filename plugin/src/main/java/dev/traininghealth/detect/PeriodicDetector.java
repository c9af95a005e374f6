package dev.traininghealth.detect;

/**
 * A detector of the plugin that judges a run every {@value History#EVALUATION_INTERVAL} iterations,
 * and does nothing after the updates in between.
 *
 * <p>Where a step takes less than a millisecond, calling many detectors that return at once is a
 * good part of the plugin's cost. These are therefore not called in between.
 *
 * @hidden
 */
public interface PeriodicDetector extends PluginDetector {
  /**
   * Judges the run after the update of an iteration.
   *
   * @param history the run up to now
   * @param findings receives the findings
   */
  void evaluate(History history, FindingReporter findings);

  @Override
  default void onUpdate(History history, FindingReporter findings) {
    if (isDue(history)) {
      evaluate(history, findings);
    }
  }

  /** {@return whether the current iteration is one of those that are judged} */
  static boolean isDue(History history) {
    return history.iterationsSeen() % History.EVALUATION_INTERVAL == 0;
  }
}
