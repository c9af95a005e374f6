package dev.traininghealth.network;

import dev.traininghealth.array.OffHeapMemory;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One interface to a MultiLayerNetwork and a ComputationGraph, which DL4J gives no common type with
 * these methods. It reads the model at each call and keeps no copy of anything, but for the labels
 * that {@link #rememberLabels} takes.
 *
 * <p>Not thread-safe, as the model itself: to be used by the thread that trains.
 *
 * @hidden
 */
public abstract sealed class Network permits LayeredNetwork, GraphNetwork {
  Network() {}

  /**
   * Tells whether there is a network for a model.
   *
   * @param model any model
   * @return true for a MultiLayerNetwork or a ComputationGraph; false for a single layer, with
   *     which DL4J calls listeners in pretraining
   */
  public static boolean isSupported(Model model) {
    return model instanceof MultiLayerNetwork || model instanceof ComputationGraph;
  }

  /**
   * Wraps a model. Nothing of it is read yet.
   *
   * @param model a MultiLayerNetwork or a ComputationGraph
   * @return its network, a new object at every call
   * @throws IllegalArgumentException if the model is neither
   */
  public static Network of(Model model) {
    if (model instanceof MultiLayerNetwork net) {
      return new LayeredNetwork(net);
    }
    if (model instanceof ComputationGraph graph) {
      return new GraphNetwork(graph);
    }
    throw new IllegalArgumentException(
        "Only a MultiLayerNetwork or a ComputationGraph can be observed, not a "
            + model.getClass().getName()
            + "; attach the listener to the whole network, not to one of its layers");
  }

  /**
   * Reads a network that DL4J's ModelSerializer has written with its updater's state.
   *
   * @param modelClass simple name of its class
   * @param file is read to its end
   * @return a new network without listeners
   * @throws IOException if DL4J cannot read it
   */
  public static Network restore(String modelClass, InputStream file) throws IOException {
    return modelClass.equals(MultiLayerNetwork.class.getSimpleName())
        ? new LayeredNetwork(ModelSerializer.restoreMultiLayerNetwork(file, true))
        : new GraphNetwork(ModelSerializer.restoreComputationGraph(file, true));
  }

  /**
   * Gives the model that this stands for.
   *
   * @return the very object, a MultiLayerNetwork or a ComputationGraph
   */
  public abstract Model model();

  /**
   * Does what is done in one way for a MultiLayerNetwork and in another for a ComputationGraph.
   *
   * @param <T> what comes of it
   * @param ofLayered called where the model is a MultiLayerNetwork
   * @param ofGraph called where it is a ComputationGraph
   * @return what the one that was called has returned
   */
  public abstract <T> T byKind(
      Function<MultiLayerNetwork, T> ofLayered, Function<ComputationGraph, T> ofGraph);

  /**
   * Lists the layers.
   *
   * @return DL4J's own array; for a graph in the order of its vertices, without those that are no
   *     layers
   */
  public abstract Layer[] layers();

  /**
   * Lists the vertices of a graph that have parameters and are no layers.
   *
   * @return the vertices in DL4J's order; none for a MultiLayerNetwork
   */
  public abstract List<GraphVertex> otherTrainedVertices();

  /**
   * Gives what stands before the underscore in the keys of a layer's parameters.
   *
   * @param layer place in {@link #layers}
   * @return the place as a number for a MultiLayerNetwork, the layer's name for a graph
   */
  public abstract String keyPrefix(int layer);

  /**
   * Gives DL4J's count of iterations.
   *
   * @return iterations that are over, those of earlier trainings included
   */
  public abstract int iterationCount();

  /**
   * Gives DL4J's count of epochs.
   *
   * @return epochs that are over, those of earlier trainings included
   */
  public abstract int epochCount();

  /**
   * Sets both counts of a copy.
   *
   * @param iterationCount iterations that are over, and so the number of the next one
   * @param epochCount epochs that are over
   */
  public abstract void setCounts(int iterationCount, int epochCount);

  /** Remembers the labels of this iteration; to be called at {@code onBackwardPass}. */
  public abstract void rememberLabels();

  /**
   * Reads what the network is being trained on, from {@code onGradientCalculation} to the end of
   * the iteration.
   *
   * @return the network's own arrays; without labels for a graph where {@link #rememberLabels} was
   *     not called on this object
   */
  public abstract Minibatch minibatch();

  /** What each layer's forward pass began with; empty where nothing is carried. */
  final List<Map<String, INDArray>> carriedStates() {
    boolean carried = carriesState();
    List<Map<String, INDArray>> states = new ArrayList<>();
    for (Layer layer : layers()) {
      states.add(
          carried && layer instanceof RecurrentLayer recurrent
              ? recurrent.rnnGetPreviousState()
              : Map.of());
    }
    return states;
  }

  /**
   * Sets a minibatch, so that the next pass is that of the network that it was read from.
   *
   * @param minibatch of a network of the same configuration; this one is a copy, and never the
   *     user's
   */
  public final void setMinibatch(Minibatch minibatch) {
    setData(minibatch);
    Layer[] layers = layers();
    for (int i = 0; i < layers.length; i++) {
      Map<String, INDArray> state = minibatch.states().get(i);
      if (!state.isEmpty() && layers[i] instanceof RecurrentLayer recurrent) {
        recurrent.rnnSetPreviousState(state);
        recurrent.rnnSetTBPTTState(state);
      }
    }
  }

  /** Sets features, labels and masks. */
  abstract void setData(Minibatch minibatch);

  /**
   * Tells whether recurrent state is carried from one iteration to the next.
   *
   * @return whether the network is trained by truncated backpropagation through time
   */
  public final boolean carriesState() {
    return backpropType() == BackpropType.TruncatedBPTT;
  }

  abstract BackpropType backpropType();

  /**
   * Lists the recurrent layers whose state is carried from one iteration to the next.
   *
   * @return layers of this network; none where series are trained whole
   */
  public final List<RecurrentLayer> carryingLayers() {
    List<RecurrentLayer> carrying = new ArrayList<>();
    if (carriesState()) {
      for (Layer layer : layers()) {
        if (layer instanceof RecurrentLayer recurrent) {
          carrying.add(recurrent);
        }
      }
    }
    return carrying;
  }

  /**
   * Gives the updater's state as one array of which all others are views. DL4J makes the updater
   * right before the first update; where it has not yet, it is made now.
   *
   * @return DL4J's own array; null where the updater keeps no state
   */
  public final @Nullable INDArray updaterState() {
    MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
    try (outside) {
      return updaterStateView();
    }
  }

  abstract @Nullable INDArray updaterStateView();

  /**
   * Makes the array that gradients are computed in, which DL4J makes for {@code fit} alone; nothing
   * is done where there is one.
   */
  public final void prepareGradient() {
    if (model().getGradientsViewArray() == null) {
      initGradientsView();
    }
  }

  abstract void initGradientsView();

  /**
   * Scores data as in inference: without dropout, with regularization.
   *
   * @param data of one input and one output
   * @return the mean over the examples
   */
  public abstract double score(DataSet data);

  /**
   * Gives what writes the configuration as JSON.
   *
   * @return holds the configuration alone and not the network, so that it may outlive that
   */
  public abstract Supplier<String> configurationJson();

  /**
   * Sets what {@code model.score()} returns until the next iteration.
   *
   * @param score any value
   */
  public abstract void setScore(double score);

  /** Clears the masks of the minibatch, which DL4J leaves set when an exception ends fit. */
  public abstract void clearMasks();

  /**
   * Copies parameters, updater state and configuration as DL4J's {@code clone()} does; to be called
   * outside of workspaces. The random generator is left alone.
   *
   * @return the copy, to be read and run but not trained: a graph's shares the very list of
   *     listeners of this one. Its memory is freed by {@link #release}
   */
  public abstract Network copy();

  /** Has a copy make all its arrays outside of workspaces. */
  public abstract void useNoWorkspaces();

  /**
   * Frees the memory of a copy's large arrays at once; the copy is not to be used any more. DL4J's
   * own {@code close()} would destroy the live network's workspaces as well.
   */
  public final void release() {
    OffHeapMemory.release(updaterState());
    OffHeapMemory.release(model().getGradientsViewArray());
    OffHeapMemory.release(model().params());
  }
}
