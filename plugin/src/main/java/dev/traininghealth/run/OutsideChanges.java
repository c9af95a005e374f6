package dev.traininghealth.run;

import dev.traininghealth.measure.NetworkMeter;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects weights that other code has changed between two iterations, for example by {@code
 * setParams}. What the run has learned about the earlier weights is then forgotten.
 */
final class OutsideChanges {
  private static final Logger log = LoggerFactory.getLogger(OutsideChanges.class);

  private final NetworkMeter meter;
  private final RunGuards guards;
  private final RunDiagnoser runDiagnoser;
  private final @Nullable ProtectedRun protectedRun;
  private long count;

  OutsideChanges(
      NetworkMeter meter,
      RunGuards guards,
      RunDiagnoser runDiagnoser,
      @Nullable ProtectedRun protectedRun) {
    this.meter = meter;
    this.guards = guards;
    this.runDiagnoser = runDiagnoser;
    this.protectedRun = protectedRun;
  }

  /** Called when the gradient has been measured. */
  void onGradient(Model model) {
    try {
      if (meter.hasChangedOutside(model)) {
        forgetEarlierWeights();
      } else if (protectedRun != null && meter.isWrittenRegularly()) {
        protectedRun.onMovingObjective();
      }
    } catch (Throwable e) {
      guards.outside.failed(e);
    }
  }

  /** Called when the plugin writes no more weights before the next iteration. */
  void onIterationEnd() {
    try {
      meter.rememberWeights();
    } catch (Throwable e) {
      guards.outside.failed(e);
    }
  }

  /** Forgets usual levels and snapshots, which belong to weights that no longer exist. */
  private void forgetEarlierWeights() {
    count++;
    log.info(
        "The weights differ from their state after the last iteration: other code changed them,"
            + " for example setParams. Usual levels are learned again from here on{}.",
        protectedRun == null ? "" : ", and no earlier snapshot is used for a rollback");
    if (protectedRun != null) {
      protectedRun.onOutsideChange(); // first, in case that the statistics fail
    }
    runDiagnoser.resetStatistics();
    meter.refreeze();
    meter.measureNow();
  }

  /** {@return how often weights were changed, 0 for never} */
  long count() {
    return count;
  }
}
