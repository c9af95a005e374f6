package dev.traininghealth.intervene.clip;

import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import java.io.Serial;

/**
 * AutoClip: clips the global gradient norm to a percentile of all norms of the run.
 *
 * <p><b>Formula.</b> g ← g · min(1, t / ‖g‖) with t the p-th percentile of ‖g₁‖ … ‖gₖ‖, including
 * this iteration. Each norm counts as it was before clipping, because a history of clipped norms
 * would keep shrinking.
 *
 * <p><b>Paper.</b> Seetharaman, Wichern, Pardo, Le Roux: AutoClip: Adaptive Gradient Clipping for
 * Source Separation Networks, 2020.
 *
 * <p><b>Defaults.</b> p = 10 is the value of the paper. It clips nine of ten steps, by design. As
 * in the paper, <em>all</em> norms count. They are kept in a {@link NormQuantile} of fixed size
 * instead of a growing list, so that t is the percentile rounded up by at most 1.1 %. A window is
 * not used, because its percentile would follow slowly exploding gradients.
 *
 * <p>Nothing is clipped before 100 / p norms are known, which is ten by default: until then the
 * percentile is hardly more than the smallest norm. Non-finite norms are left out. So are norms of
 * 0, which a completely masked minibatch has: if a tenth of the norms were 0, t would be 0 and
 * learning would end.
 *
 * <p><b>When not to use it.</b> If only unusual gradients are to be clipped. With Adam and similar
 * updaters, to which the scale of all gradients does not matter, it only evens out the steps.
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
      gradient.reportThreshold(limit);
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
