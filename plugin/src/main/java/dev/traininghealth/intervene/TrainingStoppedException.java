package dev.traininghealth.intervene;

import dev.traininghealth.detect.Diagnosis;
import java.io.Serial;

/**
 * Ends a training whose network cannot be kept alive any more. The network is in the last good
 * state. Thrown out of {@code fit}, by a protecting listener alone, and never where stopping is
 * switched off.
 */
public final class TrainingStoppedException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** What could not be healed. */
  private final Diagnosis diagnosis;

  /**
   * Tells why the training ends.
   *
   * @param diagnosis what could not be healed
   * @param reason why no other means is left
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
   * Gives what could not be healed.
   *
   * @return the diagnosis, with its remedies
   */
  public Diagnosis diagnosis() {
    return diagnosis;
  }
}
