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

  private final ListenerRuns runs;

  HealthTerminationCondition(ListenerRuns runs) {
    this.runs = runs;
  }

  @Override
  public void initialize() {
    ProtectedRun run = runs.protectedRun();
    if (run != null) {
      run.onEarlyStoppingStart();
    }
  }

  @Override
  public boolean terminate(double lastMiniBatchScore) {
    ProtectedRun run = runs.protectedRun();
    return run != null && run.shouldStopEarly();
  }

  @Override
  public String toString() {
    return "HealthTerminationCondition()";
  }
}
