package dev.traininghealth.intervene.workers;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.text.Message;
import org.jspecify.annotations.Nullable;

/**
 * A change that one worker has requested for all workers of its group.
 *
 * @param requester the worker
 * @param factor the new factor on the configured learning rates, above 0; NaN for a stop
 * @param diagnosis of the requester; null if the rates are raised
 * @param reason the reason, translatable to any language
 * @hidden
 */
public record WorkerChange(
    GroupMember requester, double factor, @Nullable Diagnosis diagnosis, Message reason) {

  /** {@return whether the run is to be stopped; if not, learning rates change} */
  public boolean isStop() {
    return Double.isNaN(factor);
  }
}
