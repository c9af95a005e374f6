package dev.traininghealth.intervene.model;

import dev.traininghealth.intervene.clip.Thresholds;
import dev.traininghealth.network.Network;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Norms;
import java.util.Arrays;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The gradient of a network, bound once to its arrays and used again at every iteration.
 *
 * <p>Norms come from the measurement, and scaling updates them. An iteration without clipping
 * therefore runs no ND4J operation and allocates nothing, unless the rule requests the norms of
 * units.
 *
 * <p>With {@code miniBatch(true)} DL4J's arrays contain the sum over the minibatch. Values in units
 * of the gradient are converted accordingly.
 */
final class BoundGradient implements EditedGradient {
  private final NetworkLayout layout;
  private final @Nullable INDArray flatGradient;
  private final boolean sumOverMinibatch;
  private final @Nullable ParameterGradient[] gradients;
  private final INDArray[] weights;
  private final OutputUnits[] units;
  private final double[] norms;
  private double[] usualLayerNorms = {};
  private double usualGlobalNorm = Double.NaN;
  private boolean alarm;
  private double meanScale = 1;
  private double globalNormBefore;
  private double threshold = Double.NaN;
  private boolean hasClipped;

  private BoundGradient(Model model, NetworkLayout layout, Layer[] layers, ModelEditor editor) {
    this.layout = layout;
    flatGradient = model.getGradientsViewArray();
    sumOverMinibatch = model.conf().isMiniBatch();
    int count = layout.parameters().size();
    gradients = new @Nullable ParameterGradient[count];
    weights = new INDArray[count];
    units = new OutputUnits[count];
    norms = new double[count];
    Map<String, INDArray> gradientTable = model.gradient().gradientForVariable();
    Map<String, INDArray> weightTable = model.paramTable(true);
    for (int p = 0; p < count; p++) {
      NetworkLayout.Parameter parameter = layout.parameters().get(p);
      weights[p] = requireArray(weightTable, parameter, "paramTable()");
      units[p] =
          parameter.layer() < layers.length
              ? OutputUnits.of(layers[parameter.layer()].conf().getLayer(), parameter, weights[p])
              : OutputUnits.ofVertex(weights[p]);
      if (parameter.isTrained()) {
        INDArray gradient = requireArray(gradientTable, parameter, "gradient()");
        gradients[p] = new ParameterGradient(gradient, units[p], editor);
      }
    }
  }

  private static INDArray requireArray(
      Map<String, INDArray> table, NetworkLayout.Parameter parameter, String where) {
    INDArray array = table.get(parameter.key());
    if (array == null) {
      throw new IllegalArgumentException(
          "The model's "
              + where
              + " has no parameter "
              + parameter.key()
              + ", only "
              + table.keySet());
    }
    return array;
  }

  /**
   * Binds to a network whose gradient has been computed at least once.
   *
   * @param layout the measured layout of this network
   */
  static BoundGradient of(Model model, NetworkLayout layout, ModelEditor editor) {
    return new BoundGradient(model, layout, Network.of(model).layers(), editor);
  }

  /** {@return whether this is still bound to the model's arrays, which {@code init()} replaces} */
  boolean isBoundTo(Model model) {
    return model.getGradientsViewArray() == flatGradient;
  }

  @Override
  public void begin(
      Measurement measurement, double[] usualLayerNorms, double usualGlobalNorm, boolean hasAlarm) {
    this.usualLayerNorms = usualLayerNorms;
    this.usualGlobalNorm = usualGlobalNorm;
    alarm = hasAlarm;
    meanScale = sumOverMinibatch && measurement.batchSize() > 0 ? 1.0 / measurement.batchSize() : 1;
    for (int p = 0; p < norms.length; p++) {
      ParameterGradient gradient = gradients[p];
      if (gradient != null) {
        gradient.begin();
        norms[p] = measurement.gradientNorm(p);
      }
    }
    globalNormBefore = Norms.join(norms);
    threshold = Double.NaN;
    hasClipped = false;
  }

  /** Frees the copies of a dry run. */
  void release() {
    for (ParameterGradient gradient : gradients) {
      if (gradient != null) {
        gradient.begin();
      }
    }
  }

  @Override
  public double threshold() {
    return threshold;
  }

  @Override
  public NetworkLayout layout() {
    return layout;
  }

  @Override
  public boolean isClippable(int parameter) {
    return gradients[parameter] != null;
  }

  @Override
  public boolean isOutput(int layer) {
    return layout.layers().get(layer).configuration().isOutput();
  }

  @Override
  public boolean hasAlarm() {
    return alarm;
  }

  @Override
  public double norm(int parameter) {
    return norms[parameter];
  }

  @Override
  public double layerNorm(int layer) {
    NetworkLayout.Layer l = layout.layers().get(layer);
    return Norms.join(norms, l.firstParameter(), l.firstParameter() + l.parameterCount());
  }

  @Override
  public double globalNorm() {
    return hasClipped ? Norms.join(norms) : globalNormBefore;
  }

  @Override
  public double globalNormBefore() {
    return globalNormBefore;
  }

  @Override
  public double maxUsualNorm(int layer) {
    return usualLayerNorms[layer];
  }

  @Override
  public double maxUsualNorm() {
    return usualGlobalNorm;
  }

  @Override
  public void reportThreshold(double globalNorm) {
    threshold = globalNorm;
  }

  @Override
  public boolean hasClipped() {
    return hasClipped;
  }

  @Override
  public void scale(int parameter, double factor) {
    checkFactor(factor);
    scale(clippable(parameter), parameter, factor);
  }

  @Override
  public void scaleLayer(int layer, double factor) {
    checkFactor(factor);
    NetworkLayout.Layer l = layout.layers().get(layer);
    scaleRange(l.firstParameter(), l.firstParameter() + l.parameterCount(), factor);
  }

  @Override
  public void scaleAll(double factor) {
    checkFactor(factor);
    scaleRange(0, norms.length, factor);
  }

  private void scaleRange(int from, int to, double factor) {
    for (int p = from; p < to; p++) {
      ParameterGradient gradient = gradients[p];
      if (gradient != null) {
        scale(gradient, p, factor);
      }
    }
  }

  private void scale(ParameterGradient gradient, int parameter, double factor) {
    if (factor < 1 && norms[parameter] != 0) {
      gradient.scale(factor);
      norms[parameter] *= factor;
      hasClipped = true;
    }
  }

  @Override
  public void clamp(double limit) {
    Thresholds.check("limit", limit);
    for (int p = 0; p < norms.length; p++) {
      ParameterGradient gradient = gradients[p];
      // No element exceeds the norm, except by rounding.
      if (gradient != null && norms[p] > limit * 0.999 && gradient.largest() * meanScale > limit) {
        gradient.clamp(limit / meanScale);
        norms[p] = norm(gradient);
        hasClipped = true;
      }
    }
  }

  @Override
  public double[] unitNorms(int parameter) {
    double[] result = clippable(parameter).unitNorms();
    for (int i = 0; i < result.length; i++) {
      result[i] *= meanScale;
    }
    return result;
  }

  @Override
  public double[] weightUnitNorms(int parameter) {
    clippable(parameter);
    return units[parameter].norms(weights[parameter]);
  }

  @Override
  public void scaleUnits(int parameter, double[] factors) {
    ParameterGradient gradient = clippable(parameter);
    if (factors.length != units[parameter].count()) {
      throw new IllegalArgumentException(
          "There must be one factor for each of the "
              + units[parameter].count()
              + " units of parameter "
              + layout.parameters().get(parameter).key()
              + ", were "
              + factors.length);
    }
    for (double factor : factors) {
      checkFactor(factor);
    }
    if (norms[parameter] != 0 && Arrays.stream(factors).anyMatch(f -> f < 1)) {
      gradient.scaleUnits(factors);
      norms[parameter] = norm(gradient);
      hasClipped = true;
    }
  }

  private double norm(ParameterGradient gradient) {
    return Norms.join(gradient.unitNorms()) * meanScale;
  }

  private ParameterGradient clippable(int parameter) {
    ParameterGradient gradient = gradients[parameter];
    if (gradient == null) {
      throw new IllegalArgumentException(
          "Parameter "
              + layout.parameters().get(parameter).key()
              + " has no gradient that can be clipped: it is frozen, or a running statistic");
    }
    return gradient;
  }

  private static void checkFactor(double factor) {
    if (!(factor > 0 && factor <= 1)) {
      throw new IllegalArgumentException("factor must be > 0 and <= 1, was " + factor);
    }
  }
}
