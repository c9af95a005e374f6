package dev.traininghealth.intervene;

import dev.traininghealth.array.FlatArrays;
import dev.traininghealth.array.OffHeapMemory;
import dev.traininghealth.measure.Minibatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
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
    for (RecurrentLayer layer : carrying(model)) {
      editor.setSegmentEnd(layer, layer.rnnGetPreviousState());
    }
  }

  /** The same where that state is finite, else the next segment begins without one. */
  static void undoSegmentOrForget(Model model, ModelEditor editor) {
    for (RecurrentLayer layer : carrying(model)) {
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

  /** The layers whose state is carried; none where series are trained whole. */
  private static List<RecurrentLayer> carrying(Model model) {
    List<RecurrentLayer> recurrent = new ArrayList<>();
    if (Minibatch.isStateCarried(model)) {
      Layer[] layers =
          model instanceof MultiLayerNetwork net
              ? net.getLayers()
              : ((ComputationGraph) model).getLayers();
      for (Layer layer : layers) {
        if (layer instanceof RecurrentLayer r) {
          recurrent.add(r);
        }
      }
    }
    return recurrent;
  }
}
