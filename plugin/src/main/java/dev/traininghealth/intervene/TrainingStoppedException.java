package dev.traininghealth.intervene;

import dev.traininghealth.detect.Diagnosis;
import java.io.Serial;

/**
 * Stops a training run that protection cannot repair. The network is in the best finite state of
 * the last trial, or in a snapshot; if there was no memory for snapshots it keeps its present
 * state, whose parameters may be non-finite. Thrown out of {@code fit}, by a protecting listener
 * alone, and never if stopping is switched off.
 */
public final class TrainingStoppedException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** What protection could not repair. */
  private final Diagnosis diagnosis;

  /**
   * Creates an exception that says why the run is stopped.
   *
   * @param diagnosis what protection could not repair
   * @param reason why nothing else is left
   * @param iteration DL4J's iteration, from 0
   */
  public TrainingStoppedException(Diagnosis diagnosis, String reason, long iteration) {
    super(
        "Training was stopped at iteration "
            + iteration
            + ": "
            + reason
            + " "
            + diagnosis.sentence()
            + (diagnosis.remedies().isEmpty()
                ? ""
                : " Remedy: " + diagnosis.remedies().get(0).advice()));
    this.diagnosis = diagnosis;
  }

  /**
   * Gives what protection could not repair.
   *
   * @return the diagnosis, with its remedies
   */
  public Diagnosis diagnosis() {
    return diagnosis;
  }
}
