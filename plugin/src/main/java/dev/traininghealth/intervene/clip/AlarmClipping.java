package dev.traininghealth.intervene.clip;

import java.io.Serial;

/**
 * Scales down what is abnormal in this run, and nothing else.
 *
 * <p><b>Formula.</b> Only at an iteration whose gradient is diagnosed ({@link
 * ClippableGradient#hasAlarm}): with uₗ the largest usual norm of layer l, gₗ ← gₗ · min(1, uₗ /
 * ‖gₗ‖); then, with u that of the whole gradient, g ← g · min(1, u / ‖g‖). One-sided: a small
 * gradient is left alone. The edges are those of the detectors: robust location and tail of the
 * run's own log-norms, fed with what was measured before clipping.
 *
 * <p><b>Why not a constant.</b> A constant fits no two networks, nor the start and the end of one
 * training. Of the rules that adapt, AutoClip and AGC clip many healthy steps by design; ZClip
 * (Kumar et al. 2025) and AdaGC (Wang et al. 2025) clip by statistics of the run, as this does, but
 * by means and variances of norms, whose long tail and whose NaN these do not survive.
 *
 * <p><b>Defaults.</b> None to set: gradients without an alarm are left untouched. The norms are
 * those that are measured anyway, so that it costs nothing until it clips. It has no state.
 *
 * <p><b>When not to use it.</b> Where training is known to need clipping from its first step on:
 * while the edges are not known yet (NaN) nothing is clipped.
 */
final class AlarmClipping implements GradientClipping {
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
    gradient.threshold(usual);
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
