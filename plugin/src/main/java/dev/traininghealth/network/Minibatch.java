package dev.traininghealth.network;

import dev.traininghealth.array.OffHeapMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The minibatch that a network is training on, as set at {@code onGradientCalculation}. If
 * backpropagation through time is truncated, it is one segment. The arrays belong to the network;
 * code that keeps them needs a {@link #copy()}.
 *
 * <p>The state that truncated backpropagation carries from segment to segment is the one before the
 * iteration. At the end of each segment DL4J stores its last state as the previous state, which is
 * valid until the next segment ends. Both are empty at the start of a series. The state of a
 * recurrent layer inside a wrapper is left out, because DL4J itself carries it in only half of its
 * steps.
 *
 * @param features one array per input
 * @param featureMasks one array per input, null for an input without mask; empty for a
 *     MultiLayerNetwork, which hands its mask to the layers and does not keep it
 * @param labels one array per output, null for an output without labels
 * @param labelMasks one array per output, null for an output without mask; empty for a
 *     MultiLayerNetwork
 * @param layerMasks for a MultiLayerNetwork the mask of each layer, null for none; empty for a
 *     graph
 * @param states one map per layer, the state before its forward pass by DL4J's names; empty if no
 *     state is carried
 * @hidden
 */
public record Minibatch(
    List<INDArray> features,
    List<@Nullable INDArray> featureMasks,
    List<@Nullable INDArray> labels,
    List<@Nullable INDArray> labelMasks,
    List<@Nullable INDArray> layerMasks,
    List<Map<String, INDArray>> states) {

  /**
   * {@return the number of examples: the size of the features along their first dimension, 0
   * without features}
   */
  public int examples() {
    return features.isEmpty() ? 0 : (int) features.get(0).size(0);
  }

  /**
   * Whether everything that a score needs is present.
   *
   * @return false if features or labels are missing
   */
  public boolean isComplete() {
    return !features.isEmpty() && !labels.isEmpty() && hasNoNull(labels) && hasNoNull(features);
  }

  private static boolean hasNoNull(List<? extends @Nullable INDArray> arrays) {
    for (int i = 0; i < arrays.size(); i++) { // an iterator would be allocated
      if (arrays.get(i) == null) {
        return false;
      }
    }
    return true;
  }

  /** {@return the features of the first input; null if there are none} */
  public @Nullable INDArray firstFeatures() {
    return first(features);
  }

  /** {@return the labels of the first output; null if there are none} */
  public @Nullable INDArray firstLabels() {
    return first(labels);
  }

  /**
   * {@return the mask of the first input; null if there is none, and for a MultiLayerNetwork, which
   * does not keep it}
   */
  public @Nullable INDArray firstFeatureMask() {
    return first(featureMasks);
  }

  /**
   * {@return the mask of the first output's labels, which in a MultiLayerNetwork the last layer
   * holds; null if there is none}
   */
  public @Nullable INDArray firstLabelMask() {
    return layerMasks.isEmpty() ? first(labelMasks) : layerMasks.get(layerMasks.size() - 1);
  }

  private static @Nullable INDArray first(List<? extends @Nullable INDArray> arrays) {
    return arrays.isEmpty() ? null : arrays.get(0);
  }

  /** {@return all arrays that are not null: features, masks, labels and recurrent states} */
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

  /** Frees the memory of all arrays of a {@link #copy()}, which must not be used any more. */
  public void release() {
    arrays().forEach(OffHeapMemory::release);
  }

  /**
   * Copies all arrays to memory outside of any workspace; call it outside of workspaces.
   *
   * @return the same minibatch with its own arrays
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

  /**
   * Copies the first examples without the recurrent states, as {@link #copy()} does.
   *
   * @param count number of examples, above 0
   * @return a minibatch with its own arrays; this one if it has no more examples than that
   */
  public Minibatch first(int count) {
    if (count >= examples()) {
      return this;
    }
    List<INDArray> inputs = new ArrayList<>();
    features.forEach(array -> inputs.add(first(array, count)));
    return new Minibatch(
        inputs,
        first(featureMasks, count),
        first(labels, count),
        first(labelMasks, count),
        first(layerMasks, count),
        List.of());
  }

  private List<@Nullable INDArray> first(List<@Nullable INDArray> arrays, int count) {
    List<@Nullable INDArray> parts = new ArrayList<>();
    for (INDArray array : arrays) {
      parts.add(array == null ? null : first(array, count));
    }
    return parts;
  }

  private INDArray first(INDArray array, int count) {
    long steps = array.size(0) / examples();
    if (steps > 1) { // the mask of an RnnOutputLayer: one column, all examples of each time step
      INDArray byExample = array.reshape('f', examples(), steps);
      return rows(byExample, count).dup('f').reshape('f', count * steps, 1);
    }
    return rows(array, count).dup();
  }

  private static INDArray rows(INDArray array, int count) {
    INDArrayIndex[] part = new INDArrayIndex[array.rank()];
    Arrays.fill(part, NDArrayIndex.all());
    part[0] = NDArrayIndex.interval(0, count);
    return array.get(part);
  }

  private static List<@Nullable INDArray> copy(List<@Nullable INDArray> arrays) {
    List<@Nullable INDArray> copies = new ArrayList<>();
    for (INDArray array : arrays) {
      copies.add(array == null ? null : array.dup());
    }
    return copies;
  }
}
