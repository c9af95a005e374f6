package dev.traininghealth.intervene.model;

import dev.traininghealth.array.FlatArrays;
import dev.traininghealth.array.OffHeapMemory;
import dev.traininghealth.network.Network;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What truncated backpropagation through time carries from one segment of a series to the next.
 * Until a segment is over, DL4J keeps the state that it began with beside that which it has come
 * to.
 */
final class RecurrentStates {
  private RecurrentStates() {}

  /** Has the next segment begin as the present one did: as if this had not been. */
  static void undoSegment(Model model, ModelEditor editor) {
    for (RecurrentLayer layer : Network.of(model).carryingLayers()) {
      editor.setSegmentEnd(layer, layer.rnnGetPreviousState());
    }
  }

  /** The same where that state is finite, else the next segment begins without one. */
  static void undoSegmentOrForget(Model model, ModelEditor editor) {
    for (RecurrentLayer layer : Network.of(model).carryingLayers()) {
      Map<String, INDArray> began = layer.rnnGetPreviousState();
      boolean finite = began.values().stream().allMatch(RecurrentStates::isFinite);
      editor.setSegmentEnd(layer, finite ? began : Map.of());
    }
  }

  private static boolean isFinite(INDArray state) {
    INDArray copy = state.dup();
    boolean finite = Double.isFinite(FlatArrays.norm2(copy.ravel()));
    OffHeapMemory.release(copy);
    return finite;
  }
}
