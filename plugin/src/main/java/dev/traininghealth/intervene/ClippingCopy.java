package dev.traininghealth.intervene;

import dev.traininghealth.intervene.clip.GradientClipping;
import org.apache.commons.lang3.SerializationException;
import org.apache.commons.lang3.SerializationUtils;

/** Gives each run a clipping rule of its own, since rules keep state and settings are shared. */
final class ClippingCopy {
  private ClippingCopy() {}

  /**
   * Copies a rule by serialising it.
   *
   * @throws IllegalArgumentException if it cannot be serialized
   */
  static GradientClipping of(GradientClipping rule) {
    try {
      return SerializationUtils.clone(rule);
    } catch (SerializationException e) {
      throw new IllegalArgumentException(
          "The clipping rule " + rule.name() + " must be serializable, for each run has its own",
          e);
    }
  }
}
