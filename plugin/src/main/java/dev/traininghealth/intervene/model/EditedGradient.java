package dev.traininghealth.intervene.model;

import dev.traininghealth.intervene.clip.ClippableGradient;
import dev.traininghealth.numbers.Measurement;

/**
 * The gradient of an {@link EditedNetwork}, for a clipping rule.
 *
 * <p>The same object serves every iteration: first {@link #begin}, then the rule, then the norms
 * before and after.
 *
 * @hidden
 */
public sealed interface EditedGradient extends ClippableGradient permits BoundGradient {
  /**
   * Starts an iteration, whose gradient has not been scaled yet.
   *
   * @param measurement of the gradient
   * @param usualLayerNorms largest usual norm of each layer, NaN if unknown; kept, not copied
   * @param usualGlobalNorm largest usual global gradient norm, NaN if unknown
   * @param hasAlarm whether a diagnosis of WARNING or above about the gradient is active
   */
  void begin(
      Measurement measurement, double[] usualLayerNorms, double usualGlobalNorm, boolean hasAlarm);

  /** {@return the global gradient norm above which the rule clips; NaN if it reported none} */
  double threshold();
}
