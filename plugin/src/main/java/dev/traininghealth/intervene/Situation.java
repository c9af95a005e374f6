package dev.traininghealth.intervene;

import dev.traininghealth.detect.CurrentDiagnoses;

/** The present diagnoses of a run and its earlier interventions, for a policy. */
public interface Situation extends CurrentDiagnoses {
  /** {@return the settings of protection} */
  ProtectionSettings settings();

  /**
   * Whether parameters and updater state are finite.
   *
   * <p>It reads all of them, so call it only if there is a diagnosis.
   *
   * @return false if an element is NaN or infinite
   */
  boolean isNetworkFinite();

  /** {@return the factor on the configured learning rates; 1 at first} */
  double learningRateFactor();

  /**
   * Whether the objective moves, so that a rising score is no problem.
   *
   * <p>The user has set it ({@link ProtectionSettings#movingObjective}), or weights are repeatedly
   * changed from outside.
   *
   * @return whether nothing may be judged by the score
   */
  boolean isObjectiveMoving();

  /** {@return whether any updater has a learning rate schedule} */
  boolean hasLearningRateSchedule();

  /**
   * Returns the iterations since the latest intervention of a kind.
   *
   * @param kind of intervention
   * @return iterations, 0 for this one; {@link Long#MAX_VALUE} if there was none
   */
  long iterationsSince(Intervention.Kind kind);

  /**
   * Counts recent interventions of a kind.
   *
   * @param kind of intervention
   * @param window number of latest iterations
   * @return their number, at most 128
   */
  int count(Intervention.Kind kind, long window);

  /** {@return the number of consecutive skipped steps; 0 if the latest step was applied} */
  int consecutiveSkips();

  /**
   * {@return the rollbacks since the latest snapshot was confirmed, or a useless one was discarded}
   */
  int consecutiveRollbacks();

  /**
   * {@return whether there is a snapshot; false if there is no memory for them, or none was taken
   * yet}
   */
  boolean canRollBack();

  /** {@return the iterations since the latest alarm, or since the run started} */
  long iterationsSinceAlarm();

  /**
   * Counts recent steps that were applied although gradient or score were exploding before the
   * update.
   *
   * @param window number of latest iterations, at most 64
   * @return the number of such steps
   */
  int spikeCount(int window);

  /**
   * Whether the latest adopted trial found outlier rows as the cause.
   *
   * <p>Such rows of the data lie far outside the scale of the others. Every later spike of the
   * gradient is then attributed to them.
   *
   * @return false unless overridden
   */
  default boolean hasOutlierRows() {
    return false;
  }

  /**
   * Returns the maximum to which the learning-rate factor may be raised.
   *
   * <p>It is the factor at which the run was confirmed healthy before it became unstable. A rate at
   * which it became unstable again is excluded. The factor may not rise at all if the run was never
   * healthy at the former rate, or was lowered for another reason than instability.
   *
   * @return the factor, at most 1
   */
  double maxLearningRateFactor();
}
