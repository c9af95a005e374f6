package dev.traininghealth.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a network is being trained on, as it is set at {@code onGradientCalculation}: the segment,
 * where backpropagation through time is truncated. The arrays are the network's own; who keeps them
 * copies them.
 *
 * @param features one array an input
 * @param featureMasks one an input, null for an input without; empty for a MultiLayerNetwork, which
 *     hands its mask to the layers and forgets it
 * @param labels one array an output; null for an output without
 * @param labelMasks one an output, null for an output without; empty for a MultiLayerNetwork
 * @param layerMasks of a MultiLayerNetwork: the mask that each layer has been given, null for none;
 *     empty for a graph
 */
public record Minibatch(
    List<INDArray> features,
    List<@Nullable INDArray> featureMasks,
    List<@Nullable INDArray> labels,
    List<@Nullable INDArray> labelMasks,
    List<@Nullable INDArray> layerMasks) {

  /** Reads what is set in a network; a graph does not tell its labels. */
  static Minibatch of(Model model, OutputLabels labels) {
    return model instanceof MultiLayerNetwork net
        ? of(net)
        : of((ComputationGraph) model, labels.list());
  }

  private static Minibatch of(MultiLayerNetwork net) {
    List<@Nullable INDArray> layerMasks = new ArrayList<>();
    for (Layer layer : net.getLayers()) {
      layerMasks.add(layer.getMaskArray());
    }
    return new Minibatch(
        withoutNull(net.getInput()), List.of(), listed(net.getLabels()), List.of(), layerMasks);
  }

  private static Minibatch of(ComputationGraph graph, List<@Nullable INDArray> labels) {
    return new Minibatch(
        withoutNull(graph.getInputs()),
        listed(graph.getInputMaskArrays()),
        labels,
        listed(graph.getLabelMaskArrays()),
        List.of());
  }

  private static List<INDArray> withoutNull(@Nullable INDArray @Nullable ... arrays) {
    List<INDArray> list = new ArrayList<>();
    for (INDArray array : listed(arrays)) {
      if (array != null) {
        list.add(array);
      }
    }
    return list;
  }

  private static List<@Nullable INDArray> listed(@Nullable INDArray @Nullable ... arrays) {
    return arrays == null ? List.of() : new ArrayList<>(Arrays.asList(arrays));
  }

  /**
   * Counts the examples.
   *
   * @return size of the features along their first dimension; 0 without features
   */
  public int examples() {
    return features.isEmpty() ? 0 : (int) features.get(0).size(0);
  }

  /** Whether there is everything that a score needs. */
  boolean isComplete() {
    return !features.isEmpty()
        && !labels.isEmpty()
        && labels.stream().allMatch(Objects::nonNull)
        && features.stream().allMatch(Objects::nonNull);
  }

  @Nullable INDArray firstFeatures() {
    return first(features);
  }

  @Nullable INDArray firstLabels() {
    return first(labels);
  }

  /** Mask of the first input; a MultiLayerNetwork does not keep it. */
  @Nullable INDArray firstFeatureMask() {
    return first(featureMasks);
  }

  /** Mask of the first output's labels, which in a MultiLayerNetwork the last layer has. */
  @Nullable INDArray firstLabelMask() {
    return layerMasks.isEmpty() ? first(labelMasks) : layerMasks.get(layerMasks.size() - 1);
  }

  private static @Nullable INDArray first(List<? extends @Nullable INDArray> arrays) {
    return arrays.isEmpty() ? null : arrays.get(0);
  }
}
