package dev.traininghealth.samples.corpus;

import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.preprocessor.BaseInputPreProcessor;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** Flattens all steps of a series into one vector; DL4J has this only for images. */
final class SeriesFlattening extends BaseInputPreProcessor {
  private static final long serialVersionUID = 1L;

  @JsonProperty private final long features;
  @JsonProperty private final long steps;

  SeriesFlattening(@JsonProperty("features") long features, @JsonProperty("steps") long steps) {
    this.features = features;
    this.steps = steps;
  }

  @Override
  public INDArray preProcess(INDArray input, int miniBatchSize, LayerWorkspaceMgr workspaces) {
    return workspaces
        .dup(ArrayType.ACTIVATIONS, input, 'c')
        .reshape('c', input.size(0), features * steps);
  }

  @Override
  public INDArray backprop(INDArray output, int miniBatchSize, LayerWorkspaceMgr workspaces) {
    return workspaces
        .dup(ArrayType.ACTIVATION_GRAD, output, 'c')
        .reshape('c', output.size(0), features, steps);
  }

  @Override
  public InputType getOutputType(InputType inputType) {
    return InputType.feedForward(features * steps);
  }
}
