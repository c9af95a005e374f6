package dev.traininghealth.run;

import dev.traininghealth.measure.NetworkMeter;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices weights that somebody else has written between two iterations, by {@code setParams} for
 * example, and has what was learned of the earlier ones forgotten.
 */
final class OutsideChanges {
  private static final Logger log = LoggerFactory.getLogger(OutsideChanges.class);

  private final NetworkMeter meter;
  private final RunGuards guards;
  private final RunDiagnoser diagnosers;
  private final @Nullable ProtectedRun protectedRun;
  private long count;

  OutsideChanges(
      NetworkMeter meter,
      RunGuards guards,
      RunDiagnoser diagnosers,
      @Nullable ProtectedRun protectedRun) {
    this.meter = meter;
    this.guards = guards;
    this.diagnosers = diagnosers;
    this.protectedRun = protectedRun;
  }

  /** When the gradient has been measured. */
  void onGradient(Model model) {
    try {
      if (meter.hasChangedOutside(model)) {
        changed();
      } else if (protectedRun != null && meter.isWrittenRegularly()) {
        protectedRun.objectiveMoves();
      }
    } catch (Throwable e) {
      guards.outside.failed(e);
    }
  }

  /** When nobody of ours writes to the weights any more before the next iteration. */
  void onIterationEnd() {
    try {
      meter.rememberWeights();
    } catch (Throwable e) {
      guards.outside.failed(e);
    }
  }

  /** What was usual, and what was saved, is of weights that are gone. */
  private void changed() {
    count++;
    log.info(
        "The weights are not those that the last iteration left: they were changed from outside, by"
            + " setParams for example. What is usual is learned anew from here on{}.",
        protectedRun == null ? "" : ", and no earlier snapshot is gone back to");
    if (protectedRun != null) {
      protectedRun.changedOutside(); // whatever becomes of the statistics
    }
    diagnosers.beginAnew();
    meter.refreeze();
    meter.measureWeightsNow();
  }

  /** How often that has happened. */
  long count() {
    return count;
  }
}
