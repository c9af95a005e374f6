package dev.traininghealth.parity;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.conf.layers.samediff.SDVertexParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLambdaLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffOutputLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Layers and vertices as users define them by SameDiff. */
final class SameDiffLayers {
  private static final int IN = 6;
  private static final int UNITS = 7;
  private static final int CLASSES = 3;

  private SameDiffLayers() {}

  private static void initialize(Map<String, INDArray> parameters) {
    parameters
        .values()
        .forEach(
            array -> {
              for (long i = 0; i < array.length(); i++) {
                array.putScalar(i, 0.5 * Math.sin(7.0 * (i + 1)));
              }
            });
  }

  /** A dense layer of 6 inputs and 7 units. */
  static final class Dense extends SameDiffLayer {
    private static final long serialVersionUID = 1L;

    @Override
    public SDVariable defineLayer(
        SameDiff sameDiff,
        SDVariable input,
        Map<String, SDVariable> parameters,
        @Nullable SDVariable mask) {
      return sameDiff.math.tanh(
          input.mmul(requireNonNull(parameters.get("W"))).add(requireNonNull(parameters.get("b"))));
    }

    @Override
    public void defineParameters(SDLayerParams parameters) {
      parameters.addWeightParam("W", IN, UNITS);
      parameters.addBiasParam("b", 1, UNITS);
    }

    @Override
    public void initializeParameters(Map<String, INDArray> parameters) {
      initialize(parameters);
    }

    @Override
    public InputType getOutputType(int index, InputType input) {
      return InputType.feedForward(UNITS);
    }
  }

  /** Doubles its input. */
  static final class Doubled extends SameDiffLambdaLayer {
    private static final long serialVersionUID = 1L;

    @Override
    public SDVariable defineLayer(SameDiff sameDiff, SDVariable input) {
      return input.mul(2);
    }

    @Override
    public InputType getOutputType(int index, InputType input) {
      return input;
    }
  }

  /** A linear layer of 7 inputs and 3 units with a squared error. */
  static final class SquaredError extends SameDiffOutputLayer {
    private static final long serialVersionUID = 1L;

    @Override
    public SDVariable defineLayer(
        SameDiff sameDiff,
        SDVariable input,
        SDVariable labels,
        Map<String, SDVariable> parameters) {
      SDVariable out = input.mmul("out", requireNonNull(parameters.get("W")));
      return sameDiff.math.square(out.sub(labels)).sum();
    }

    @Override
    public String activationsVertexName() {
      return "out";
    }

    @Override
    public void defineParameters(SDLayerParams parameters) {
      parameters.addWeightParam("W", UNITS, CLASSES);
    }

    @Override
    public void initializeParameters(Map<String, INDArray> parameters) {
      initialize(parameters);
    }

    @Override
    public InputType getOutputType(int index, InputType input) {
      return InputType.feedForward(CLASSES);
    }
  }

  /** A vertex with a matrix and a bias. */
  static final class Scaling extends SameDiffVertex {
    private static final long serialVersionUID = 1L;

    @Override
    public Scaling clone() {
      return new Scaling();
    }

    @Override
    public SDVariable defineVertex(
        SameDiff sameDiff,
        Map<String, SDVariable> inputs,
        Map<String, SDVariable> parameters,
        Map<String, SDVariable> masks) {
      return requireNonNull(inputs.get("in"))
          .mul(parameters.get("scale"))
          .add(parameters.get("shift"));
    }

    @Override
    public void defineParametersAndInputs(SDVertexParams parameters) {
      parameters.defineInputs("in");
      parameters.addWeightParam("scale", 6, 1);
      parameters.addBiasParam("shift", 1);
    }

    @Override
    public void initializeParameters(Map<String, INDArray> parameters) {
      initialize(parameters);
    }

    @Override
    public MemoryReport getMemoryReport(InputType... types) {
      throw new UnsupportedOperationException();
    }

    @Override
    public InputType getOutputType(int index, InputType... types) {
      return types[0];
    }
  }
}
