package dev.traininghealth.intervene.clip;

import java.io.Serial;

/**
 * Clips each element of the gradient to a constant.
 *
 * <p>DL4J's own {@code ClipElementWiseAbsoluteValue} does the same, but does not report it.
 *
 * <p><b>Formula.</b> gᵢ ← min(t, max(−t, gᵢ)), of the mean over the minibatch.
 *
 * <p><b>Paper.</b> Mikolov: Statistical Language Models Based on Neural Networks, 2012.
 *
 * <p><b>Defaults.</b> None: no constant fits two networks.
 *
 * <p><b>When not to use it.</b> If the direction of the step matters, because clipping turns it
 * towards a diagonal. Clipping by norm keeps the direction.
 */
final class ValueClipping implements StatelessClipping {
  @Serial private static final long serialVersionUID = 1L;

  private final double threshold;

  ValueClipping(double threshold) {
    this.threshold = Thresholds.check("threshold", threshold);
  }

  @Override
  public String name() {
    return "value";
  }

  @Override
  public void clip(ClippableGradient gradient) {
    gradient.clamp(threshold);
  }
}
