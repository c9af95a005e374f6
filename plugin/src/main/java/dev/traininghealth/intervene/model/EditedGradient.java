package dev.traininghealth.intervene.model;

import dev.traininghealth.intervene.clip.ClippableGradient;
import dev.traininghealth.numbers.Measurement;

/**
 * The gradient of an {@link EditedNetwork}, for a clipping rule. The same object serves every
 * iteration: {@link #begin} first, then the rule, then the norms before and after.
 *
 * @hidden
 */
public sealed interface EditedGradient extends ClippableGradient permits BoundGradient {
  /**
   * Takes the gradient of an iteration, of which nothing has been scaled.
   *
   * @param measurement of the gradient
   * @param usualLayerNorms largest usual norm of each layer, NaN where not known; kept, not copied
   * @param usualGlobalNorm largest usual global gradient norm, or NaN
   * @param hasAlarm whether a diagnosis of WARNING or above about the gradient is active
   */
  void begin(
      Measurement measurement, double[] usualLayerNorms, double usualGlobalNorm, boolean hasAlarm);

  /** {@return the global gradient norm above which the rule clips; NaN if it reported none} */
  double threshold();
}
