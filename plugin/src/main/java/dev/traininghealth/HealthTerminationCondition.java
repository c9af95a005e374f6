package dev.traininghealth;

import java.io.Serial;
import org.deeplearning4j.earlystopping.termination.IterationTerminationCondition;

/** Ends early stopping where a protecting listener has run out of means. */
final class HealthTerminationCondition implements IterationTerminationCondition {
  @Serial private static final long serialVersionUID = 1L;

  private final TrainingHealthListener listener;

  HealthTerminationCondition(TrainingHealthListener listener) {
    this.listener = listener;
  }

  @Override
  public void initialize() {}

  @Override
  public boolean terminate(double lastMiniBatchScore) {
    return listener.isToStop();
  }

  @Override
  public String toString() {
    return "HealthTerminationCondition()";
  }
}
