package dev.traininghealth.measure;

import java.util.Arrays;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The arrays of the minibatch that is being trained, as far as DL4J still has them; nothing is
 * copied, and nothing kept beyond the iteration.
 */
final class Minibatch {
  private @Nullable Model model;

  /** A graph's labels, which lie in its output layers during the backward pass alone. */
  private @Nullable INDArray @Nullable [] graphLabels;

  /** When a graph has run its backward pass. */
  void backward(ComputationGraph graph) {
    int outputs = graph.getNumOutputArrays();
    @Nullable INDArray[] labels = graphLabels;
    if (labels == null || labels.length != outputs) {
      labels = new INDArray[outputs];
      graphLabels = labels;
    }
    for (int i = 0; i < outputs; i++) {
      Layer layer = graph.getOutputLayer(i);
      labels[i] = layer instanceof IOutputLayer output ? output.getLabels() : null;
    }
  }

  /** When the gradient is complete. */
  void of(Model trained) {
    model = trained;
  }

  /** When the iteration is done. */
  void release() {
    model = null;
    @Nullable INDArray[] labels = graphLabels;
    if (labels != null) {
      Arrays.fill(labels, null);
    }
  }

  /** The network's first input, or null. */
  @Nullable INDArray features() {
    return model instanceof MultiLayerNetwork net
        ? net.getInput()
        : model instanceof ComputationGraph graph ? first(graph.getInputs()) : null;
  }

  /** Mask of the first input; a MultiLayerNetwork does not keep it. */
  @Nullable INDArray featuresMask() {
    return model instanceof ComputationGraph graph ? first(graph.getInputMaskArrays()) : null;
  }

  /** Labels of the first output, or null. */
  @Nullable INDArray labels() {
    return model instanceof MultiLayerNetwork net
        ? net.getLabels()
        : model instanceof ComputationGraph ? first(graphLabels) : null;
  }

  /** Labels of a graph, which must be complete. */
  INDArray[] graphLabels() {
    return Objects.requireNonNull(graphLabels).clone();
  }

  /** Whether there is everything that a score needs. */
  boolean isComplete() {
    if (model instanceof MultiLayerNetwork net) {
      return net.getInput() != null && net.getLabels() != null;
    }
    return model instanceof ComputationGraph graph
        && isComplete(graph.getInputs())
        && isComplete(graphLabels);
  }

  private static boolean isComplete(@Nullable INDArray @Nullable [] arrays) {
    return arrays != null && Arrays.stream(arrays).allMatch(Objects::nonNull);
  }

  /** Mask of the first output's labels, or null. */
  @Nullable INDArray labelsMask() {
    return model instanceof MultiLayerNetwork net
        ? net.getLayer(net.getnLayers() - 1).getMaskArray()
        : model instanceof ComputationGraph graph ? first(graph.getLabelMaskArrays()) : null;
  }

  private static @Nullable INDArray first(@Nullable INDArray @Nullable [] arrays) {
    return arrays == null || arrays.length == 0 ? null : arrays[0];
  }
}
