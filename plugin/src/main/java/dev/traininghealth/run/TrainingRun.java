package dev.traininghealth.run;

import java.util.Objects;

/**
 * One training run of a listener in short: all iterations of one model object, from its first one
 * to the moment at which the listener was closed or called by another network.
 *
 * @param sessionId the session that its records are in, and that the UI lists it under
 * @param workerId the worker within the session
 * @param ended whether it has ended; false for one that is under way
 * @param outsideChanges how often its weights were found to be others than the iteration before had
 *     left, by {@code setParams} for example; see the listener's {@code runs()} for what is noticed
 * @param summary what was found, what was done, what it cost
 */
public record TrainingRun(
    String sessionId,
    String workerId,
    boolean ended,
    long outsideChanges,
    TrainingSummary summary) {
  /** Checks that nothing is missing. */
  public TrainingRun {
    Objects.requireNonNull(sessionId, "sessionId");
    Objects.requireNonNull(workerId, "workerId");
    Objects.requireNonNull(summary, "summary");
  }
}
