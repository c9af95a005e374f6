package dev.traininghealth.intervene;

import dev.traininghealth.detect.Diagnosis;
import java.io.Serial;

/**
 * Stops a training run that protection cannot repair.
 *
 * <p>The network is then in the best finite state of the last trial, or in a snapshot. If there was
 * no memory for snapshots, or if it shares its gradients with other workers, it keeps its present
 * state, whose parameters may be non-finite. Only a protecting listener throws it, out of {@code
 * fit}, and never if stopping is switched off.
 */
public final class TrainingStoppedException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** The problem that protection could not repair. */
  private final Diagnosis diagnosis;

  /**
   * Creates an exception with the reason for the stop.
   *
   * @param diagnosis the problem that protection could not repair
   * @param reason why no other intervention is left
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

  /** {@return the problem that protection could not repair, with its remedies} */
  public Diagnosis diagnosis() {
    return diagnosis;
  }
}
