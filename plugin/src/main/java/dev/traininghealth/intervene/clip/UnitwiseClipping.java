package dev.traininghealth.intervene.clip;

import java.io.Serial;
import java.util.Arrays;

/**
 * AGC: keeps the gradient of each unit small beside the unit's own weights.
 *
 * <p><b>Formula.</b> For unit i of a weight matrix or filter: where ‖Gᵢ‖ &gt; c · max(‖Wᵢ‖, ε), Gᵢ
 * ← Gᵢ · c · max(‖Wᵢ‖, ε) / ‖Gᵢ‖. What a unit is in DL4J's layouts is said at {@link
 * ClippableGradient#unitNorms}.
 *
 * <p><b>Paper.</b> Brock, De, Smith, Simonyan: High-Performance Large-Scale Image Recognition
 * Without Normalization, 2021. As there, the output layer is left out. Vectors (biases, gains,
 * peepholes) are left out too; the authors' code takes each as one unit, which would hold a bias
 * that begins at 0 to a gradient of c · ε = 1e-5.
 *
 * <p><b>Defaults.</b> c = 0.01 and ε = 1e-3 are the paper's, for batches of 4096 images and SGD;
 * smaller batches bear a larger c. Without ε a matrix that begins at 0 would stay there for ever.
 *
 * <p><b>Cost.</b> It needs the norms of all units of the weights at every iteration, and those of
 * the gradient unless its whole norm is small enough: up to two reductions by ND4J's operations, in
 * double precision, for each matrix; scaling takes two more. Measured on a CPU with dense layers of
 * 256 to 1024 units and minibatches of 32: about a fifth of a training step where nothing is
 * clipped, half of one and more where most is.
 *
 * <p><b>When not to use it.</b> With normalization layers, where the size of the weights says
 * little; where only what is abnormal is to be clipped: it clips healthy steps too. Where a loss
 * layer without weights comes last, the layer before is clipped as any other.
 */
final class UnitwiseClipping implements GradientClipping {
  @Serial private static final long serialVersionUID = 1L;

  private final double clipping;
  private final double epsilon;

  UnitwiseClipping(double clipping, double epsilon) {
    this.clipping = Thresholds.check("clipping", clipping);
    this.epsilon = Thresholds.check("epsilon", epsilon);
  }

  @Override
  public String name() {
    return "AGC";
  }

  @Override
  public void clip(ClippableGradient gradient) {
    int parameters = gradient.layout().parameters().size();
    for (int p = 0; p < parameters; p++) {
      var parameter = gradient.layout().parameters().get(p);
      if (gradient.isClippable(p)
          && parameter.role().isMatrix()
          && !gradient.isOutput(parameter.layer())) {
        clip(gradient, p);
      }
    }
  }

  private void clip(ClippableGradient gradient, int parameter) {
    double[] limits = gradient.weightUnitNorms(parameter);
    double smallest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < limits.length; i++) {
      limits[i] = clipping * Math.max(limits[i], epsilon);
      smallest = Math.min(smallest, limits[i]);
    }
    if (gradient.norm(parameter) <= smallest) {
      return; // no unit's norm is larger than that of all of them
    }
    double[] factors = gradient.unitNorms(parameter);
    for (int i = 0; i < factors.length; i++) {
      factors[i] = Thresholds.factor(factors[i], limits[i]);
    }
    if (Arrays.stream(factors).anyMatch(f -> f < 1)) {
      gradient.scaleUnits(parameter, factors);
    }
  }
}
