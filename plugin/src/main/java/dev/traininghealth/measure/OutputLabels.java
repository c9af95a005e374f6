package dev.traininghealth.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The labels of a ComputationGraph's iteration. A graph does not tell them, and its output layers
 * know them during the backward pass alone, so they are remembered from there to the next.
 */
final class OutputLabels {
  private @Nullable INDArray[] labels = new INDArray[0];

  /** Remembers what the output layers have; to be called while they have it. */
  void remember(Model model) {
    if (!(model instanceof ComputationGraph graph)) {
      return;
    }
    int outputs = graph.getNumOutputArrays();
    if (labels.length != outputs) {
      labels = new INDArray[outputs];
    }
    for (int i = 0; i < outputs; i++) {
      Layer layer = graph.getOutputLayer(i);
      Layer inner = layer instanceof BaseWrapperLayer wrapper ? wrapper.getUnderlying() : layer;
      labels[i] = inner instanceof IOutputLayer output ? output.getLabels() : null;
    }
  }

  /** One an output; null for one without, and for all where none were remembered. */
  List<@Nullable INDArray> list() {
    return new ArrayList<>(Arrays.asList(labels));
  }
}
