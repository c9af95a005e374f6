package dev.traininghealth.measure;

import dev.traininghealth.array.OffHeapMemory;
import dev.traininghealth.network.Minibatch;
import dev.traininghealth.network.Network;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;

/**
 * A copy of the trained network with its own parameters and without updater and listeners. It is
 * created as DL4J's {@code clone()} does, from an existing configuration, because building a new
 * one seeds DL4J's generator. {@code clone()} itself is not used: it also copies the updater state,
 * and a graph's clone shares the list of listeners.
 */
abstract class ScoredCopy {
  /** All parameters; the caller writes to them. */
  final INDArray parameters;

  private ScoredCopy(INDArray parameters) {
    this.parameters = parameters;
  }

  static ScoredCopy of(Network network) {
    INDArray parameters = network.model().params().dup();
    return network.byKind(
        net -> new OfLayers(net, parameters), graph -> new OfGraph(graph, parameters));
  }

  /** A parameter array by DL4J's key. */
  abstract INDArray parameter(String key);

  /** Score as in inference: without dropout, with regularization, from no recurrent state. */
  abstract double score(Minibatch minibatch);

  /** Activations of the output layers, as in inference. */
  abstract INDArray[] outputs(Minibatch minibatch);

  /** Drops the references to the minibatch. */
  abstract void clear();

  /** {@return whether forward passes use DL4J's workspaces} */
  abstract WorkspaceMode workspaces();

  /**
   * Sets whether forward passes use DL4J's workspaces. They must not while the trained network is
   * inside its own, which have the same names; without them a pass takes longer.
   */
  abstract void useWorkspaces(WorkspaceMode mode);

  /** Frees the parameters; the copy must not be used any more. */
  final void release() {
    OffHeapMemory.release(parameters);
  }

  private static final class OfLayers extends ScoredCopy {
    private final MultiLayerNetwork copy;

    OfLayers(MultiLayerNetwork original, INDArray parameters) {
      super(parameters);
      copy = new MultiLayerNetwork(original.getLayerWiseConfigurations().clone());
      copy.init(parameters, false);
    }

    @Override
    INDArray parameter(String key) {
      return copy.getParam(key);
    }

    /** Sets the layers' masks, because DL4J does not keep the mask of the features itself. */
    private void setMasks(Minibatch minibatch) {
      Layer[] layers = copy.getLayers();
      for (int i = 0; i < layers.length; i++) {
        layers[i].setMaskArray(minibatch.layerMasks().get(i));
      }
    }

    @Override
    double score(Minibatch minibatch) {
      setMasks(minibatch);
      return copy.score(new DataSet(minibatch.firstFeatures(), minibatch.firstLabels()), false);
    }

    @Override
    INDArray[] outputs(Minibatch minibatch) {
      setMasks(minibatch);
      return new INDArray[] {copy.output(minibatch.firstFeatures(), false)};
    }

    @Override
    void clear() {
      copy.clear();
    }

    @Override
    WorkspaceMode workspaces() {
      return copy.getLayerWiseConfigurations().getInferenceWorkspaceMode();
    }

    @Override
    void useWorkspaces(WorkspaceMode mode) {
      copy.getLayerWiseConfigurations().setInferenceWorkspaceMode(mode);
    }
  }

  private static final class OfGraph extends ScoredCopy {
    private final ComputationGraph copy;

    OfGraph(ComputationGraph original, INDArray parameters) {
      super(parameters);
      copy = new ComputationGraph(original.getConfiguration().clone());
      copy.init(parameters, false);
    }

    @Override
    INDArray parameter(String key) {
      return copy.getParam(key);
    }

    @Override
    double score(Minibatch minibatch) {
      return copy.score(
          new MultiDataSet(
              array(minibatch.features()),
              array(minibatch.labels()),
              arrayOrNull(minibatch.featureMasks()),
              arrayOrNull(minibatch.labelMasks())),
          false);
    }

    @Override
    INDArray[] outputs(Minibatch minibatch) {
      return copy.output(
          false,
          array(minibatch.features()),
          arrayOrNull(minibatch.featureMasks()),
          arrayOrNull(minibatch.labelMasks()));
    }

    private static INDArray[] array(List<? extends @Nullable INDArray> list) {
      return list.toArray(new INDArray[0]);
    }

    private static INDArray @Nullable [] arrayOrNull(List<? extends @Nullable INDArray> list) {
      return list.isEmpty() ? null : array(list);
    }

    @Override
    void clear() {
      copy.clear();
    }

    @Override
    WorkspaceMode workspaces() {
      return copy.getConfiguration().getInferenceWorkspaceMode();
    }

    @Override
    void useWorkspaces(WorkspaceMode mode) {
      copy.getConfiguration().setInferenceWorkspaceMode(mode);
    }
  }
}
