package dev.traininghealth.intervene;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Undoes one step, exactly: what an update changes is copied before it and put back after it. The
 * copy is made of a step that is bad or suspect alone, so that good ones cost nothing; its memory
 * (once the parameters and the updater's state) is kept for the next.
 *
 * <p>Under truncated backpropagation through time the state that the segment began with is what the
 * next one begins with, too. DL4J applies constraints (max-norm and the like) after the step has
 * been undone: they find the parameters that they left, and only where applying them twice is not
 * the same as once do those differ from before.
 */
final class StepUndo {
  private final ModelEditor editor;
  private @Nullable NetworkState before;
  private boolean armed;

  StepUndo(ModelEditor editor) {
    this.editor = editor;
  }

  /** Remembers what the step that is about to be made will change. */
  void arm(Model model) {
    NetworkState state = before;
    if (state == null || !state.fits(model)) {
      before = NetworkState.of(model);
    } else {
      state.take(model);
    }
    armed = true;
  }

  boolean isArmed() {
    return armed;
  }

  /** Lets the step stand. */
  void disarm() {
    armed = false;
  }

  /** Puts everything back, and leaves an update of zero: that is what was done. */
  void undo(Model model) {
    NetworkState state = before;
    if (armed && state != null) {
      editor.restore(model, state);
      editor.clearGradient(model);
      restoreRecurrentState(model);
    }
    armed = false;
  }

  /** Memory that it holds. */
  long bytes(Model model) {
    return before == null ? 0 : NetworkState.bytes(model);
  }

  private void restoreRecurrentState(Model model) {
    if (isTruncated(model)) {
      for (RecurrentLayer layer : recurrentLayers(model)) {
        editor.setSegmentEnd(layer, layer.rnnGetPreviousState());
      }
    }
  }

  /**
   * When the network is set back in the middle of a series: the next segment begins as this one
   * did, or without a state where that is not finite.
   */
  void resetRecurrentState(Model model) {
    if (isTruncated(model)) {
      for (RecurrentLayer layer : recurrentLayers(model)) {
        Map<String, INDArray> began = layer.rnnGetPreviousState();
        boolean finite =
            began.values().stream()
                .allMatch(a -> Double.isFinite(FlatArrays.norm2(a.dup().ravel())));
        editor.setSegmentEnd(layer, finite ? began : Map.of());
      }
    }
  }

  private static boolean isTruncated(Model model) {
    BackpropType type =
        model instanceof MultiLayerNetwork net
            ? net.getLayerWiseConfigurations().getBackpropType()
            : ((ComputationGraph) model).getConfiguration().getBackpropType();
    return type == BackpropType.TruncatedBPTT;
  }

  private static List<RecurrentLayer> recurrentLayers(Model model) {
    Layer[] layers =
        model instanceof MultiLayerNetwork net
            ? net.getLayers()
            : ((ComputationGraph) model).getLayers();
    List<RecurrentLayer> recurrent = new ArrayList<>();
    for (Layer layer : layers) {
      if (layer instanceof RecurrentLayer r) {
        recurrent.add(r);
      }
    }
    return recurrent;
  }
}
