package dev.traininghealth.intervene.clip;

import java.io.Serial;
import java.util.Arrays;

/**
 * AGC: limits the gradient of each unit in proportion to the unit's own weights.
 *
 * <p><b>Formula.</b> For unit i of a weight matrix or filter: if ‖Gᵢ‖ &gt; c · max(‖Wᵢ‖, ε), then
 * Gᵢ ← Gᵢ · c · max(‖Wᵢ‖, ε) / ‖Gᵢ‖. {@link ClippableGradient#unitNorms} defines the units in
 * DL4J's layouts.
 *
 * <p><b>Paper.</b> Brock, De, Smith, Simonyan: High-Performance Large-Scale Image Recognition
 * Without Normalization, 2021. The output layer is left out, as in the paper. Vectors (biases,
 * gains, peepholes) are left out too. The authors' code treats each vector as one unit, which would
 * limit the gradient of a bias that starts at 0 to c · ε = 1e-5.
 *
 * <p><b>Defaults.</b> c = 0.01 and ε = 1e-3 are the values of the paper, for minibatches of 4096
 * images and SGD. Smaller minibatches allow a larger c. Without ε a matrix that starts at 0 would
 * stay at 0.
 *
 * <p><b>Cost.</b> At every iteration it needs the norms of all units of the weights. It also needs
 * those of the gradient, unless its whole norm is small enough. These are up to two ND4J reductions
 * in double precision per matrix; scaling takes two more. Measured on a CPU with dense layers of
 * 256 to 1024 units and minibatches of 32, this costs about a fifth of an iteration if nothing is
 * clipped. If most units are clipped, it costs half an iteration or more.
 *
 * <p><b>When not to use it.</b> With normalization layers, because the scale of the weights then
 * says little. If only unusual gradients are to be clipped, because it clips healthy steps too. If
 * the last layer is a loss layer without weights, the layer before it is clipped like any other.
 */
final class UnitwiseClipping implements StatelessClipping {
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
      return; // no unit's norm exceeds the norm of all units
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
