package dev.traininghealth.trial;

import dev.traininghealth.array.MemoryCopy;
import dev.traininghealth.network.Minibatch;
import dev.traininghealth.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.exception.ND4JIllegalStateException;

/**
 * A copy of a network that steps exactly as the original would. It has a deep copy of the
 * configuration, including updaters, its own parameters, updater state and counts, and no listeners
 * and workspaces. DL4J's {@code clone()} is not used. A network's clone shares its updaters, so
 * that a learning rate changed in one changes in both. A graph's clone starts at iteration 0 and
 * shares the live graph's list of listeners.
 *
 * <p>Steps and scores draw from the thread's random generator, whose state the caller restores.
 *
 * @hidden
 */
public abstract class TrainableCopy implements AutoCloseable {
  private static final LayerWorkspaceMgr DETACHED = LayerWorkspaceMgr.noWorkspaces();

  private final Network copy;
  private final @Nullable INDArray updaterState;

  private TrainableCopy(Network copy) {
    this.copy = copy;
    updaterState = copy.updaterState();
  }

  /**
   * Copies a network; must be called outside of workspaces.
   *
   * @param live is only read
   * @throws RuntimeException if it cannot be copied: a layer or vertex that DL4J cannot build from
   *     its configuration, or that is not serializable
   */
  public static TrainableCopy of(Network live) {
    TrainableCopy copy = live.byKind(OfLayers::of, OfGraph::of);
    if (copy.model().params().length() != live.model().params().length()) {
      throw new ND4JIllegalStateException("The copy has another number of parameters");
    }
    return copy;
  }

  /** {@return the copied network, to read it and to scale its learning rates} */
  public Model model() {
    return copy.model();
  }

  /** {@return the copied network, to read it and to convert data to its minibatches} */
  public Network network() {
    return copy;
  }

  /** The copy's updater state as one array; null if the updater keeps none. */
  @Nullable INDArray updaterState() {
    return updaterState;
  }

  /**
   * Sets parameters, updater state and counts.
   *
   * @param parameters of a network of the same configuration
   * @param state of the updater; null sets it to zero, as in a new network
   * @param iterationCount DL4J's count of completed iterations
   * @param epochCount DL4J's count of completed epochs
   */
  public final void set(
      INDArray parameters, @Nullable INDArray state, int iterationCount, int epochCount) {
    MemoryCopy.copy(parameters, model().params());
    if (updaterState != null && state != null) {
      MemoryCopy.copy(state, updaterState);
    } else if (updaterState != null) {
      updaterState.assign(0);
    }
    copy.setCounts(iterationCount, epochCount);
    forgetSeries();
  }

  /** Applies the constraints that DL4J applies right after it calls the iteration's listeners. */
  final void applyConstraints(int iterationCount, int epochCount) {
    model().applyConstraints(iterationCount, epochCount);
  }

  /**
   * Trains on one minibatch, as an iteration of DL4J's {@code fit} does.
   *
   * @param minibatch of this network
   * @param startsSeries whether recurrent layers start without a state
   */
  public final void step(Minibatch minibatch, boolean startsSeries) {
    if (startsSeries) {
      forgetSeries();
    }
    copy.setMinibatch(minibatch);
    optimize();
    for (RecurrentLayer layer : copy.carryingLayers()) {
      layer.rnnSetPreviousState(layer.rnnGetTBPTTState());
    }
  }

  /**
   * Scores each example as in inference: without dropout and regularization, from no recurrent
   * state. If a loss function has no score per example, returns one score of the whole minibatch,
   * regularized.
   *
   * @param batch of this network
   * @return one score per example, or one
   */
  public final double[] scores(Minibatch batch) {
    copy.setMinibatch(batch);
    try {
      INDArray scores = scoreExamples(batch);
      return scores.reshape(scores.length()).toDoubleVector();
    } catch (UnsupportedOperationException wholeOnly) {
      copy.setMinibatch(batch);
      return new double[] {score(batch)};
    }
  }

  /**
   * Computes score and gradient of a minibatch as in training, without an update. The gradient is
   * in {@code model().gradient()}, summed over the examples.
   *
   * @param minibatch of this network
   * @return the mean score over the examples, with regularization
   */
  public final double gradient(Minibatch minibatch) {
    forgetSeries();
    copy.setMinibatch(minibatch);
    model().computeGradientAndScore(DETACHED);
    return model().score();
  }

  /**
   * Computes the activations of all layers as in training, with dropout.
   *
   * @param minibatch of this network
   * @return one array per layer, including output layers; null for a layer without
   */
  public final List<@Nullable INDArray> activations(Minibatch minibatch) {
    forgetSeries();
    copy.setMinibatch(minibatch);
    return activate(minibatch);
  }

  abstract List<@Nullable INDArray> activate(Minibatch minibatch);

  abstract void optimize();

  abstract void forgetSeries();

  abstract INDArray scoreExamples(Minibatch batch);

  abstract double score(Minibatch batch);

  /** Frees the memory at once, because the garbage collector does not see its size. */
  @Override
  public void close() {
    copy.release();
  }

  private static final class OfLayers extends TrainableCopy {
    private final MultiLayerNetwork net;

    private OfLayers(MultiLayerNetwork net) {
      super(Network.of(net));
      this.net = net;
    }

    static OfLayers of(MultiLayerNetwork live) {
      MultiLayerConfiguration configuration =
          CopiedConfiguration.of(live.getLayerWiseConfigurations());
      configuration.setTrainingWorkspaceMode(WorkspaceMode.ENABLED);
      configuration.setInferenceWorkspaceMode(WorkspaceMode.ENABLED);
      MultiLayerNetwork net = new MultiLayerNetwork(configuration);
      net.init(live.params().dup(), false);
      Layer[] layers = net.getLayers();
      for (int i = 0; i < layers.length; i++) {
        if (live.getLayer(i) instanceof FrozenLayer && !(layers[i] instanceof FrozenLayer)) {
          layers[i] = new FrozenLayer(layers[i]);
        }
      }
      net.setLayers(layers);
      net.initGradientsView();
      return new OfLayers(net);
    }

    @Override
    void optimize() {
      net.getOptimizer().optimize(DETACHED);
    }

    @Override
    List<@Nullable INDArray> activate(Minibatch minibatch) {
      List<INDArray> inputAndLayers = net.feedForward(true, false);
      return new ArrayList<>(inputAndLayers.subList(1, inputAndLayers.size()));
    }

    @Override
    void forgetSeries() {
      net.rnnClearPreviousState();
    }

    @Override
    INDArray scoreExamples(Minibatch batch) {
      return net.scoreExamples(new DataSet(net.getInput(), net.getLabels()), false);
    }

    @Override
    double score(Minibatch batch) {
      return net.score(new DataSet(net.getInput(), net.getLabels()), false);
    }

    @Override
    public void close() {
      net.clear();
      super.close();
    }
  }

  private static final class OfGraph extends TrainableCopy {
    private final ComputationGraph graph;

    private OfGraph(ComputationGraph graph) {
      super(Network.of(graph));
      this.graph = graph;
    }

    static OfGraph of(ComputationGraph live) {
      ComputationGraphConfiguration configuration = CopiedConfiguration.of(live.getConfiguration());
      configuration.setTrainingWorkspaceMode(WorkspaceMode.ENABLED);
      configuration.setInferenceWorkspaceMode(WorkspaceMode.ENABLED);
      ComputationGraph graph = new ComputationGraph(configuration);
      graph.init(live.params().dup(), false);
      for (Layer layer : live.getLayers()) {
        String name = layer.conf().getLayer().getLayerName();
        if (layer instanceof FrozenLayer && !(graph.getLayer(name) instanceof FrozenLayer)) {
          graph.getVertex(name).setLayerAsFrozen();
        }
      }
      graph.initGradientsView();
      return new OfGraph(graph);
    }

    @Override
    void optimize() {
      graph.getOptimizer().optimize(DETACHED);
    }

    @Override
    List<@Nullable INDArray> activate(Minibatch minibatch) {
      Map<String, INDArray> byVertex =
          graph.feedForward(minibatch.features().toArray(new INDArray[0]), true, false);
      List<@Nullable INDArray> activations = new ArrayList<>();
      for (Layer layer : graph.getLayers()) {
        activations.add(byVertex.get(layer.conf().getLayer().getLayerName()));
      }
      return activations;
    }

    @Override
    void forgetSeries() {
      graph.rnnClearPreviousState();
    }

    private static MultiDataSet data(Minibatch batch) {
      return new MultiDataSet(
          arrays(batch.features()),
          arrays(batch.labels()),
          arrayOrNull(batch.featureMasks()),
          arrayOrNull(batch.labelMasks()));
    }

    private static INDArray[] arrays(List<? extends @Nullable INDArray> list) {
      return list.toArray(new INDArray[0]);
    }

    private static @Nullable INDArray @Nullable [] arrayOrNull(
        List<? extends @Nullable INDArray> list) {
      return list.isEmpty() ? null : list.toArray(new INDArray[0]);
    }

    @Override
    INDArray scoreExamples(Minibatch batch) {
      return graph.scoreExamples(data(batch), false);
    }

    @Override
    double score(Minibatch batch) {
      return graph.score(data(batch), false);
    }

    @Override
    public void close() {
      graph.clear();
      super.close();
    }
  }
}
