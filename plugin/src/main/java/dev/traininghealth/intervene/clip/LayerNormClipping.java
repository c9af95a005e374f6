package dev.traininghealth.intervene.clip;

import java.io.Serial;

/**
 * Clips the norm of each layer's gradient to a constant.
 *
 * <p>DL4J's own {@code ClipL2PerLayer} does the same, but does not report it.
 *
 * <p><b>Formula.</b> gₗ ← gₗ · min(1, t / ‖gₗ‖) for each layer l.
 *
 * <p><b>Defaults.</b> None: no constant fits two networks, and seldom two layers.
 *
 * <p><b>When not to use it.</b> If the usual norms of layers differ much. Layers with large norms
 * are then slowed down against the others, which changes the direction of the step.
 */
final class LayerNormClipping implements StatelessClipping {
  @Serial private static final long serialVersionUID = 1L;

  private final double threshold;

  LayerNormClipping(double threshold) {
    this.threshold = Thresholds.check("threshold", threshold);
  }

  @Override
  public String name() {
    return "layer norm";
  }

  @Override
  public void clip(ClippableGradient gradient) {
    int layers = gradient.layout().layers().size();
    for (int layer = 0; layer < layers; layer++) {
      gradient.scaleLayer(layer, Thresholds.factor(gradient.layerNorm(layer), threshold));
    }
  }
}
