package dev.traininghealth.network;

import dev.traininghealth.array.OffHeapMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a network is being trained on, as it is set at {@code onGradientCalculation}: the segment,
 * where backpropagation through time is truncated. The arrays are the network's own; who keeps them
 * keeps a {@link #copy()}.
 *
 * <p>The state that truncated backpropagation carries from segment to segment is that of before the
 * iteration. At the end of each segment DL4J makes its last state what it calls the previous one,
 * which stands until the next segment ends; both are empty at the start of a series. The state of a
 * recurrent layer inside a wrapper is left out: DL4J itself carries that one in half of its steps
 * only.
 *
 * @param features one array an input
 * @param featureMasks one an input, null for an input without; empty for a MultiLayerNetwork, which
 *     hands its mask to the layers and forgets it
 * @param labels one array an output; null for an output without
 * @param labelMasks one an output, null for an output without; empty for a MultiLayerNetwork
 * @param layerMasks of a MultiLayerNetwork: the mask that each layer has been given, null for none;
 *     empty for a graph
 * @param states one a layer: what its forward pass began with, by DL4J's names; empty where nothing
 *     is carried
 * @hidden
 */
public record Minibatch(
    List<INDArray> features,
    List<@Nullable INDArray> featureMasks,
    List<@Nullable INDArray> labels,
    List<@Nullable INDArray> labelMasks,
    List<@Nullable INDArray> layerMasks,
    List<Map<String, INDArray>> states) {

  static List<INDArray> withoutNull(@Nullable INDArray @Nullable ... arrays) {
    List<INDArray> list = new ArrayList<>();
    for (INDArray array : listed(arrays)) {
      if (array != null) {
        list.add(array);
      }
    }
    return list;
  }

  static List<@Nullable INDArray> listed(@Nullable INDArray @Nullable ... arrays) {
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

  /**
   * Tells whether there is everything that a score needs.
   *
   * @return false where features or labels are missing
   */
  public boolean isComplete() {
    return !features.isEmpty()
        && !labels.isEmpty()
        && labels.stream().allMatch(Objects::nonNull)
        && features.stream().allMatch(Objects::nonNull);
  }

  /**
   * Gives the features of the first input.
   *
   * @return its array; null where there is none
   */
  public @Nullable INDArray firstFeatures() {
    return first(features);
  }

  /**
   * Gives the labels of the first output.
   *
   * @return its array; null where there is none
   */
  public @Nullable INDArray firstLabels() {
    return first(labels);
  }

  /**
   * Gives the mask of the first input.
   *
   * @return its array; null where there is none, and for a MultiLayerNetwork, which does not keep
   *     it
   */
  public @Nullable INDArray firstFeatureMask() {
    return first(featureMasks);
  }

  /**
   * Gives the mask of the first output's labels, which in a MultiLayerNetwork the last layer has.
   *
   * @return its array; null where there is none
   */
  public @Nullable INDArray firstLabelMask() {
    return layerMasks.isEmpty() ? first(labelMasks) : layerMasks.get(layerMasks.size() - 1);
  }

  private static @Nullable INDArray first(List<? extends @Nullable INDArray> arrays) {
    return arrays.isEmpty() ? null : arrays.get(0);
  }

  /**
   * Lists all arrays that there are.
   *
   * @return features, masks, labels and recurrent states
   */
  public List<INDArray> arrays() {
    List<INDArray> all = new ArrayList<>(features);
    for (List<@Nullable INDArray> arrays : List.of(featureMasks, labels, labelMasks, layerMasks)) {
      for (INDArray array : arrays) {
        if (array != null) {
          all.add(array);
        }
      }
    }
    states.forEach(state -> all.addAll(state.values()));
    return all;
  }

  /** Frees the memory of all arrays of a {@link #copy()}, which is not to be used any more. */
  public void release() {
    arrays().forEach(OffHeapMemory::release);
  }

  /**
   * Copies all arrays, to memory that is nobody's workspace; to be called outside of workspaces.
   *
   * @return the same, with arrays of its own
   */
  public Minibatch copy() {
    List<INDArray> inputs = new ArrayList<>();
    features.forEach(array -> inputs.add(array.dup()));
    List<Map<String, INDArray>> carried = new ArrayList<>();
    for (Map<String, INDArray> state : states) {
      Map<String, INDArray> copy = new HashMap<>();
      state.forEach((name, array) -> copy.put(name, array.dup()));
      carried.add(copy);
    }
    return new Minibatch(
        inputs, copy(featureMasks), copy(labels), copy(labelMasks), copy(layerMasks), carried);
  }

  private static List<@Nullable INDArray> copy(List<@Nullable INDArray> arrays) {
    List<@Nullable INDArray> copies = new ArrayList<>();
    for (INDArray array : arrays) {
      copies.add(array == null ? null : array.dup());
    }
    return copies;
  }
}
