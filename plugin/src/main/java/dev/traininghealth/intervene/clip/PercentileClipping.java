package dev.traininghealth.intervene.clip;

import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import java.io.Serial;

/**
 * AutoClip: clips the global norm to a percentile of all norms of the run.
 *
 * <p><b>Formula.</b> g ← g · min(1, t / ‖g‖) with t the p-th percentile of ‖g₁‖ … ‖gₖ‖, this
 * iteration's included; each as it was before it was clipped, for a history of clipped norms would
 * shrink itself.
 *
 * <p><b>Paper.</b> Seetharaman, Wichern, Pardo, Le Roux: AutoClip: Adaptive Gradient Clipping for
 * Source Separation Networks, 2020.
 *
 * <p><b>Defaults.</b> p = 10 is the paper's: nine steps of ten are clipped, by design. It keeps
 * <em>all</em> norms, as the paper does, in a {@link NormQuantile} of fixed size rather than a list
 * that grows, so that t is the percentile rounded up by at most 1.1 %; not a window, whose
 * percentile would follow gradients that explode slowly. Nothing is clipped before 100 / p norms
 * are known, ten by default: until then the percentile is little but the smallest. A norm that is
 * not finite never enters, nor does one of 0 (a minibatch that is masked wholly): a tenth of such
 * would make t 0 and end learning.
 *
 * <p><b>When not to use it.</b> Where only what is abnormal is to be clipped; and with Adam and its
 * like, to which the size of all gradients is the same, it only evens out steps.
 */
final class PercentileClipping implements GradientClipping, Restorable {
  @Serial private static final long serialVersionUID = 1L;

  private final NormQuantile norms;
  private final long warmUp;

  PercentileClipping(double percentile) {
    if (!(percentile > 0 && percentile < 100)) {
      throw new IllegalArgumentException("percentile must be > 0 and < 100, was " + percentile);
    }
    norms = new NormQuantile(percentile / 100);
    warmUp = (long) Math.ceil(100 / percentile);
  }

  @Override
  public String name() {
    return "AutoClip";
  }

  @Override
  public void clip(ClippableGradient gradient) {
    double norm = gradient.globalNormBefore();
    if (!(norm > 0 && norm < Double.POSITIVE_INFINITY)) {
      return;
    }
    norms.add(norm);
    if (norms.count() >= warmUp) {
      double limit = norms.quantile();
      gradient.threshold(limit);
      gradient.scaleAll(Thresholds.factor(gradient.globalNorm(), limit));
    }
  }

  @Override
  public void save(SavedNumbers to) {
    norms.save(to);
  }

  @Override
  public void restore(SavedNumbers from) {
    norms.restore(from);
  }
}
