package dev.traininghealth.run;

import java.io.Serial;
import org.deeplearning4j.earlystopping.termination.IterationTerminationCondition;

/**
 * Ends early stopping when a protecting listener would stop the run.
 *
 * <p>It waits for the end of the first epoch, when early stopping saves a model. DL4J fails with a
 * NullPointerException if early stopping ends before that.
 */
final class HealthTerminationCondition implements IterationTerminationCondition {
  @Serial private static final long serialVersionUID = 1L;

  private final RunRouter runs;

  HealthTerminationCondition(RunRouter runs) {
    this.runs = runs;
  }

  @Override
  public void initialize() {
    runs.onEarlyStoppingStart();
  }

  @Override
  public boolean terminate(double lastMiniBatchScore) {
    return runs.shouldStopEarly();
  }

  @Override
  public String toString() {
    return "HealthTerminationCondition()";
  }
}
