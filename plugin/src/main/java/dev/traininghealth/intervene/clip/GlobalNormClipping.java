package dev.traininghealth.intervene.clip;

import java.io.Serial;

/**
 * Clips the global gradient norm to a constant.
 *
 * <p><b>Formula.</b> g ← g · min(1, t / ‖g‖). The direction of the step is kept.
 *
 * <p><b>Paper.</b> Pascanu, Mikolov, Bengio: On the Difficulty of Training Recurrent Neural
 * Networks, 2013.
 *
 * <p><b>Defaults.</b> None: 1 is usual, but no constant fits two networks.
 *
 * <p><b>When not to use it.</b> If the usual norms of the run are unknown.
 */
final class GlobalNormClipping implements StatelessClipping {
  @Serial private static final long serialVersionUID = 1L;

  private final double threshold;

  GlobalNormClipping(double threshold) {
    this.threshold = Thresholds.check("threshold", threshold);
  }

  @Override
  public String name() {
    return "global norm";
  }

  @Override
  public void clip(ClippableGradient gradient) {
    gradient.reportThreshold(threshold);
    gradient.scaleAll(Thresholds.factor(gradient.globalNorm(), threshold));
  }
}
