package dev.traininghealth.run;

import java.util.Objects;

/**
 * The result of one training run of a listener.
 *
 * <p>A run has all iterations of one model object, from the first one until the listener is closed
 * or another network is trained with it.
 *
 * @param sessionId the session of its records, under which the UI lists it
 * @param workerId the worker within the session
 * @param ended whether it has ended; false if it is open
 * @param outsideChanges how often other code changed its weights between two iterations, for
 *     example by {@code setParams}; the listener's {@code runs()} describes which changes are
 *     detected
 * @param summary its diagnoses, interventions and cost
 */
public record TrainingRun(
    String sessionId,
    String workerId,
    boolean ended,
    long outsideChanges,
    TrainingSummary summary) {
  /** Checks that no component is null. */
  public TrainingRun {
    Objects.requireNonNull(sessionId, "sessionId");
    Objects.requireNonNull(workerId, "workerId");
    Objects.requireNonNull(summary, "summary");
  }
}
