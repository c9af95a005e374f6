package dev.traininghealth.network;

import dev.traininghealth.array.MemoryCopy;
import dev.traininghealth.array.OffHeapMemory;
import dev.traininghealth.numbers.NetworkLayout;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.layers.feedforward.embedding.EmbeddingLayer;
import org.deeplearning4j.nn.layers.feedforward.embedding.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One interface to a MultiLayerNetwork and a ComputationGraph, for which DL4J has no common type
 * with these methods. It reads the model at each call and keeps no copy, except of the labels that
 * {@link #rememberLabels} takes.
 *
 * <p>Not thread-safe, as the model itself: only the training thread may call it.
 *
 * @hidden
 */
public abstract sealed class Network permits LayeredNetwork, GraphNetwork {
  private List<Map<String, INDArray>> noStates = List.of();
  private boolean lacksDataTime;

  Network() {}

  /**
   * Whether a model can be wrapped by this class.
   *
   * @param model any model
   * @return true for a MultiLayerNetwork or a ComputationGraph; false for a single layer, with
   *     which DL4J calls listeners in pretraining
   */
  public static boolean isSupported(Model model) {
    return model instanceof MultiLayerNetwork || model instanceof ComputationGraph;
  }

  /**
   * Wraps a model without reading it.
   *
   * @param model a MultiLayerNetwork or a ComputationGraph
   * @return its network, a new object at each call
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
   * Reads a network that DL4J's ModelSerializer wrote with its updater state.
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
   * {@return whether the model's {@code init()} has been called, before which it has no weights}
   */
  public abstract boolean isInitialized();

  /** {@return the wrapped model itself, a MultiLayerNetwork or a ComputationGraph} */
  public abstract Model model();

  /**
   * Calls one of two functions, depending on the kind of the model.
   *
   * @param <T> type of the result
   * @param ofLayered called if the model is a MultiLayerNetwork
   * @param ofGraph called if it is a ComputationGraph
   * @return the result of the function that was called
   */
  public abstract <T> T byKind(
      Function<MultiLayerNetwork, T> ofLayered, Function<ComputationGraph, T> ofGraph);

  /**
   * Returns the layers.
   *
   * @return DL4J's own array; for a graph in the order of its vertices, without vertices that are
   *     not layers
   */
  public abstract Layer[] layers();

  /**
   * Lists the vertices of a graph that have parameters and are not layers.
   *
   * @return the vertices in DL4J's order; none for a MultiLayerNetwork
   */
  public abstract List<GraphVertex> otherTrainedVertices();

  /**
   * {@return whether the first layer reads the only input as it is, without a preprocessor; false
   * for a graph, whose inputs may go anywhere}
   */
  public final boolean readsInputFirst() {
    return byKind(
        net -> net.getLayerWiseConfigurations().getInputPreProcess(0) == null, graph -> false);
  }

  /**
   * Finds the layers whose outputs are compared with the labels.
   *
   * @return indices in {@link #layers}, in the order of the labels; -1 for an output that is no
   *     layer
   */
  public abstract int[] outputLayers();

  /**
   * Returns the part before the underscore in the keys of a layer's parameters.
   *
   * @param layer index in {@link #layers}
   * @return the index as a number for a MultiLayerNetwork, the layer's name for a graph
   */
  public abstract String keyPrefix(int layer);

  /**
   * {@return the depth of each layer in {@link #layers}, then of {@link #otherTrainedVertices}: the
   * number of layers and trained vertices before it on the longest path from an input}
   */
  public abstract int[] depths();

  /**
   * {@return the vertices of a graph with the connections between them, each after its inputs;
   * empty for a MultiLayerNetwork, whose layers are a chain}
   */
  public abstract List<NetworkLayout.Vertex> vertices();

  /**
   * Finds the input whose elements are the indices of an embedding layer, in any order.
   *
   * @param layer index in {@link #layers}
   * @return the number of the input; -1 if the layer is no embedding, is frozen or wrapped, or does
   *     not read an input directly
   */
  abstract int indexInput(int layer);

  /** Whether a layer is one of DL4J's two embeddings, trained and not wrapped. */
  static boolean isEmbedding(Layer layer) {
    return layer.getClass() == EmbeddingLayer.class
        || layer.getClass() == EmbeddingSequenceLayer.class;
  }

  /** Whether a layer's input has the same elements as what the preprocessor reads. */
  static boolean keepsElements(@Nullable InputPreProcessor preprocessor) {
    return preprocessor == null || preprocessor.getClass() == RnnToFeedForwardPreProcessor.class;
  }

  /**
   * Returns one input of the current minibatch, from the forward pass to the end of the iteration.
   *
   * @param number from 0
   * @return DL4J's own array; null if it is not set
   */
  abstract @Nullable INDArray input(int number);

  /** {@return DL4J's own collection of the model's listeners} */
  abstract Collection<TrainingListener> listeners();

  /** {@return DL4J's count of completed iterations, including those of earlier calls of fit} */
  public abstract int iterationCount();

  /** {@return DL4J's count of completed epochs, including those of earlier calls of fit} */
  public abstract int epochCount();

  /**
   * {@return the time that DL4J waited for the latest minibatch of an iterator, milliseconds; 0 if
   * it was there}
   */
  public final long dataMillis() {
    if (lacksDataTime) {
      return 0;
    }
    try {
      return readDataMillis();
    } catch (NullPointerException e) {
      lacksDataTime = true; // DL4J does not create the field of a network that it deserializes
      return 0;
    }
  }

  abstract long readDataMillis();

  /**
   * Sets both counts of a copy.
   *
   * @param iterationCount completed iterations, and so the number of the next one
   * @param epochCount completed epochs
   */
  public abstract void setCounts(int iterationCount, int epochCount);

  /** Remembers the labels of this iteration; must be called at {@code onBackwardPass}. */
  public abstract void rememberLabels();

  /**
   * Reads the current minibatch, from {@code onGradientCalculation} to the end of the iteration.
   *
   * @return the network's own arrays, in lists that the next call fills again; without labels for a
   *     graph if {@link #rememberLabels} was not called on this object
   */
  public abstract Minibatch minibatch();

  /** The state before each layer's forward pass; empty if no state is carried. */
  final List<Map<String, INDArray>> carriedStates() {
    if (!carriesState()) {
      int layers = layers().length;
      if (noStates.size() != layers) {
        noStates = Collections.nCopies(layers, Map.of());
      }
      return noStates;
    }
    List<Map<String, INDArray>> states = new ArrayList<>();
    for (Layer layer : layers()) {
      states.add(
          layer instanceof RecurrentLayer recurrent ? recurrent.rnnGetPreviousState() : Map.of());
    }
    return states;
  }

  /**
   * Sets a minibatch, so that the next pass repeats that of the network from which it was read.
   *
   * @param minibatch of a network of the same configuration. This network is a copy and never the
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

  /**
   * Converts data as an iterator returns them to a minibatch of this network, which is a copy and
   * never the user's.
   *
   * @param data features, labels and their masks as in a graph, without masks of layers
   * @return the same arrays. For a MultiLayerNetwork they have the masks of its layers, which are
   *     computed from those of the data
   */
  public abstract Minibatch minibatchOf(Minibatch data);

  /** A minibatch's recurrent states if none are carried to it. */
  final List<Map<String, INDArray>> withoutStates() {
    return Collections.nCopies(layers().length, Map.of());
  }

  /** Sets features, labels and masks. */
  abstract void setData(Minibatch minibatch);

  /**
   * Whether recurrent state is carried from one iteration to the next.
   *
   * @return true if the network is trained by truncated backpropagation through time
   */
  public final boolean carriesState() {
    return backpropType() == BackpropType.TruncatedBPTT;
  }

  abstract BackpropType backpropType();

  /**
   * Lists the recurrent layers whose state is carried from one iteration to the next.
   *
   * @return layers of this network; none if series are trained whole
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
   * Returns the updater state as one array of which all others are views. DL4J creates the updater
   * right before the first update; if it does not exist yet, this call creates it.
   *
   * @return DL4J's own array; null if the updater keeps no state
   */
  public final @Nullable INDArray updaterState() {
    MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
    try (outside) {
      return updaterStateView();
    }
  }

  abstract @Nullable INDArray updaterStateView();

  /**
   * Creates the array that gradients are computed in, which DL4J creates only for {@code fit}. Does
   * nothing if the array exists.
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
   * @param data one input and one output
   * @return the mean over the examples
   */
  public abstract double score(DataSet data);

  /**
   * {@return writes the current configuration as JSON, also long after training has changed it;
   * does not keep the network in memory}
   */
  public abstract Supplier<String> configurationJson();

  /**
   * Sets the value that {@code model.score()} returns until the next iteration.
   *
   * @param score any value
   */
  public abstract void setScore(double score);

  /** Clears the masks of the minibatch, which DL4J leaves set if an exception ends fit. */
  public abstract void clearMasks();

  /**
   * Copies parameters, updater state and configuration as DL4J's {@code clone()} does; call it
   * outside of workspaces. The random generator is not changed.
   *
   * @return the copy, which may be read and run but not trained: a graph's copy shares the list of
   *     listeners with this one. {@link #release} frees its memory
   */
  public abstract Network copy();

  /** The memory of a copy: parameters, gradient and updater state, bytes. */
  public final long copyBytes() {
    INDArray state = updaterState();
    return 2 * MemoryCopy.bytes(model().params()) + (state == null ? 0 : MemoryCopy.bytes(state));
  }

  /** Makes a copy create all its arrays outside of workspaces. */
  public abstract void useNoWorkspaces();

  /**
   * Frees the memory of a copy's large arrays at once; the copy must not be used any more. DL4J's
   * own {@code close()} would also destroy the live network's workspaces.
   */
  public final void release() {
    OffHeapMemory.release(updaterState());
    OffHeapMemory.release(model().getGradientsViewArray());
    OffHeapMemory.release(model().params());
  }
}
