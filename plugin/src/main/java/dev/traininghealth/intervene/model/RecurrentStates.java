package dev.traininghealth.intervene.model;

import dev.traininghealth.array.FlatArrays;
import dev.traininghealth.array.OffHeapMemory;
import dev.traininghealth.network.Network;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The recurrent state that truncated backpropagation through time carries between segments of a
 * series.
 *
 * <p>Until a segment ends, DL4J keeps both its initial and its present state.
 */
final class RecurrentStates {
  private RecurrentStates() {}

  /** Lets the next segment start from the initial state of the present one. */
  static void undoSegment(Model model, ModelEditor editor) {
    for (RecurrentLayer layer : Network.of(model).carryingLayers()) {
      editor.setSegmentEnd(layer, layer.rnnGetPreviousState());
    }
  }

  /** Does the same if that state is finite; otherwise the next segment starts without a state. */
  static void undoSegmentOrClear(Model model, ModelEditor editor) {
    for (RecurrentLayer layer : Network.of(model).carryingLayers()) {
      Map<String, INDArray> initial = layer.rnnGetPreviousState();
      boolean finite = initial.values().stream().allMatch(RecurrentStates::isFinite);
      editor.setSegmentEnd(layer, finite ? initial : Map.of());
    }
  }

  private static boolean isFinite(INDArray state) {
    INDArray copy = state.dup();
    boolean finite = Double.isFinite(FlatArrays.norm2(copy.ravel()));
    OffHeapMemory.release(copy);
    return finite;
  }
}
