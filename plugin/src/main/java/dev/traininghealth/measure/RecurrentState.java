package dev.traininghealth.measure;

import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The state that truncated backpropagation through time carries from segment to segment. The state
 * of a recurrent layer inside a wrapper is not read: DL4J itself carries that one in half of its
 * steps only.
 */
final class RecurrentState {
  private RecurrentState() {}

  /** Whether a state is carried from one iteration to the next. */
  static boolean isCarried(Model model) {
    BackpropType type =
        model instanceof MultiLayerNetwork net
            ? net.getLayerWiseConfigurations().getBackpropType()
            : ((ComputationGraph) model).getConfiguration().getBackpropType();
    return type == BackpropType.TruncatedBPTT;
  }

  /**
   * The state that this iteration's forward pass began with, while the iteration runs; empty for
   * the first segment of a series, and meaningless where nothing is carried.
   *
   * <p>At the end of each segment DL4J makes its last state what it calls the previous one, which
   * stands until the next segment ends; both are empty at the start of a series. The forward pass
   * begins with the other, the truncated one, and has put its own last state there by the time a
   * listener is called.
   */
  static Map<String, INDArray> beforeIteration(RecurrentLayer layer) {
    return layer.rnnGetPreviousState();
  }

  /** Whether what this iteration's forward pass began with is finite. */
  static boolean isFinite(Model model, ArrayBinding binding) {
    if (!isCarried(model)) {
      return true;
    }
    Layer[] layers =
        model instanceof MultiLayerNetwork net
            ? net.getLayers()
            : ((ComputationGraph) model).getLayers();
    for (Layer layer : layers) {
      if (layer instanceof RecurrentLayer recurrent) {
        for (INDArray state : beforeIteration(recurrent).values()) {
          if (!Double.isFinite(binding.bind(state).norm2())) {
            return false;
          }
        }
      }
    }
    return true;
  }
}
