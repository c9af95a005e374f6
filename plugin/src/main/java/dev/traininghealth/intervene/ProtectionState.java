package dev.traininghealth.intervene;

import java.io.Serial;
import java.io.Serializable;
import java.util.Objects;

/**
 * What protecting has come to in a run.
 *
 * @param learningRateFactor what the user's learning rates are multiplied by, above 0
 * @param ceiling up to where it may be raised, above 0
 * @param clipping the rule, with what it remembers
 */
public record ProtectionState(double learningRateFactor, double ceiling, GradientClipping clipping)
    implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  /** Checks the values. */
  public ProtectionState {
    Objects.requireNonNull(clipping, "clipping");
    if (!(learningRateFactor > 0 && learningRateFactor <= 1 && ceiling > 0)) {
      throw new IllegalArgumentException(
          "learningRateFactor and ceiling must be above 0, were "
              + learningRateFactor
              + " and "
              + ceiling);
    }
  }
}
