package dev.traininghealth.intervene.clip;

import java.io.Serial;

/**
 * Clips each element of the gradient to a constant, as DL4J's own {@code
 * ClipElementWiseAbsoluteValue} does, which tells nobody.
 *
 * <p><b>Formula.</b> gᵢ ← min(t, max(−t, gᵢ)), of the mean over the minibatch.
 *
 * <p><b>Paper.</b> Mikolov: Statistical Language Models Based on Neural Networks, 2012.
 *
 * <p><b>Defaults.</b> None: a constant fits no two networks.
 *
 * <p><b>When not to use it.</b> Where the direction of the step matters: it is turned towards a
 * diagonal. Norms keep it.
 */
final class ValueClipping implements GradientClipping {
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
