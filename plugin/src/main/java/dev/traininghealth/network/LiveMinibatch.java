package dev.traininghealth.network;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The minibatch of one network, whose lists are filled again at each iteration. While the number of
 * arrays is the same, nothing is allocated.
 */
final class LiveMinibatch {
  private Minibatch minibatch =
      new Minibatch(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

  /**
   * Fills the lists as {@link Minibatch} describes them.
   *
   * @param features one array per input; those that are null are left out
   * @param layerMasks null for a graph
   * @return always the same lists, if their sizes are the same
   */
  Minibatch of(
      @Nullable INDArray @Nullable [] features,
      @Nullable INDArray @Nullable [] featureMasks,
      @Nullable INDArray @Nullable [] labels,
      @Nullable INDArray @Nullable [] labelMasks,
      @Nullable INDArray @Nullable [] layerMasks,
      List<Map<String, INDArray>> states) {
    Minibatch before = minibatch;
    List<INDArray> inputs = present(before.features(), features);
    List<@Nullable INDArray> inputMasks = filled(before.featureMasks(), featureMasks);
    List<@Nullable INDArray> outputs = filled(before.labels(), labels);
    List<@Nullable INDArray> outputMasks = filled(before.labelMasks(), labelMasks);
    List<@Nullable INDArray> masks = filled(before.layerMasks(), layerMasks);
    if (inputs == before.features()
        && inputMasks == before.featureMasks()
        && outputs == before.labels()
        && outputMasks == before.labelMasks()
        && masks == before.layerMasks()
        && states == before.states()) {
      return before;
    }
    Minibatch filled = new Minibatch(inputs, inputMasks, outputs, outputMasks, masks, states);
    if (states.stream().allMatch(Map::isEmpty)) {
      minibatch = filled; // a carried state would stay in memory after the run
    }
    return filled;
  }

  private static List<INDArray> present(
      List<INDArray> before, @Nullable INDArray @Nullable [] arrays) {
    int count = 0;
    if (arrays != null) {
      for (INDArray array : arrays) {
        count += array == null ? 0 : 1;
      }
    }
    if (arrays == null || count == 0) {
      return List.of();
    }
    List<INDArray> list = before.size() == count ? before : Arrays.asList(new INDArray[count]);
    int next = 0;
    for (INDArray array : arrays) {
      if (array != null) {
        list.set(next++, array);
      }
    }
    return list;
  }

  private static List<@Nullable INDArray> filled(
      List<@Nullable INDArray> before, @Nullable INDArray @Nullable [] arrays) {
    if (arrays == null || arrays.length == 0) {
      return List.of();
    }
    List<@Nullable INDArray> list =
        before.size() == arrays.length ? before : Arrays.asList(new INDArray[arrays.length]);
    for (int i = 0; i < arrays.length; i++) {
      list.set(i, arrays[i]);
    }
    return list;
  }
}
