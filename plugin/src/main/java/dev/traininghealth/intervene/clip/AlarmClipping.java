package dev.traininghealth.intervene.clip;

import java.io.Serial;

/**
 * Scales down gradients that are unusually large in this run, and no others.
 *
 * <p><b>Formula.</b> It clips only at an iteration whose gradient has an alarm ({@link
 * ClippableGradient#hasAlarm}). First each layer l: gₗ ← gₗ · min(1, uₗ / ‖gₗ‖) with uₗ the largest
 * usual norm of that layer. Then the whole gradient: g ← g · min(1, u / ‖g‖) with u the largest
 * usual global norm. Small gradients are left alone. The limits are those of the detectors: robust
 * location and tail of the run's own log-norms, measured before clipping.
 *
 * <p><b>Why not a constant.</b> No constant fits two networks, or both the start and the end of one
 * run. Of the adaptive rules, AutoClip and AGC clip many healthy steps by design. ZClip (Kumar et
 * al. 2025) and AdaGC (Wang et al. 2025) use statistics of the run, as this rule does. However,
 * these are means and variances of the norms, which long tails and NaN make useless.
 *
 * <p><b>Defaults.</b> There is nothing to set, and gradients without an alarm are left untouched.
 * The norms are measured anyway, so the rule costs nothing until it clips. It has no state.
 *
 * <p><b>When not to use it.</b> If a run is known to need clipping from its first step on: while
 * the limits are unknown (NaN) nothing is clipped.
 */
final class AlarmClipping implements StatelessClipping {
  @Serial private static final long serialVersionUID = 1L;

  @Override
  public String name() {
    return "on alarm";
  }

  @Override
  public boolean clipsHealthyGradients() {
    return false;
  }

  @Override
  public void clip(ClippableGradient gradient) {
    double usual = gradient.maxUsualNorm();
    gradient.reportThreshold(usual);
    if (!gradient.hasAlarm()) {
      return;
    }
    int layers = gradient.layout().layers().size();
    for (int layer = 0; layer < layers; layer++) {
      gradient.scaleLayer(
          layer, Thresholds.factor(gradient.layerNorm(layer), gradient.maxUsualNorm(layer)));
    }
    gradient.scaleAll(Thresholds.factor(gradient.globalNorm(), usual));
  }
}
