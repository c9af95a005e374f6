package dev.traininghealth.measure;

import dev.traininghealth.array.OffHeapMemory;
import dev.traininghealth.network.GeneratorState;
import dev.traininghealth.network.Minibatch;
import dev.traininghealth.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The forward pass of an iteration, repeated on a copy of the network before the update. It uses
 * the iteration's minibatch, masks, recurrent state and random numbers, and keeps every array. The
 * live network is read but never run, and no listener is called.
 */
abstract class RecomputedPass implements AutoCloseable {
  private static final LayerWorkspaceMgr DETACHED = LayerWorkspaceMgr.noWorkspaces();

  final Minibatch batch;
  final Network copy;

  private RecomputedPass(Network copy, Minibatch batch) {
    this.copy = copy;
    this.batch = batch;
  }

  /**
   * Activations by layer, including those of output layers, then of trained vertices; null for a
   * layer without.
   */
  abstract List<@Nullable INDArray> activations();

  /** All arrays of the pass, possibly including its input. */
  abstract Collection<? extends @Nullable INDArray> results();

  /** Frees the memory of the copy and of its activations, but not the minibatch. */
  @Override
  public final void close() {
    OffHeapMemory.release(results(), batch.arrays());
    copy.release();
  }

  /** Scores of the examples, one array per output that provides them. */
  abstract List<INDArray> scores();

  /**
   * Runs the pass.
   *
   * @param before the generator's state before the iteration's forward pass; if it is not known,
   *     dropout draws other numbers than in the iteration. The generator's own state is not
   *     changed.
   */
  static RecomputedPass of(Network network, Minibatch batch, GeneratorState before) {
    GeneratorState now = new GeneratorState();
    now.remember();
    if (!now.isKnown()) {
      throw new IllegalStateException("The random generator's state cannot be read and put back");
    }
    try {
      before.restore();
      Network copy = network.copy();
      copy.useNoWorkspaces();
      prepare(network.layers(), copy.layers());
      copy.setMinibatch(batch);
      return copy.byKind(
          net -> new OfLayers(copy, net, batch), graph -> new OfGraph(copy, graph, batch));
    } finally {
      now.restore();
    }
  }

  private static void prepare(Layer[] live, Layer[] copies) {
    for (int i = 0; i < live.length; i++) {
      copies[i].setIterationCount(live[i].getIterationCount());
      copies[i].setEpochCount(live[i].getEpochCount());
      copies[i].allowInputModification(false); // keeps each array as its own layer wrote it
    }
  }

  private static final class OfLayers extends RecomputedPass {
    private final MultiLayerNetwork net;
    private final List<@Nullable INDArray> activations;

    OfLayers(Network copy, MultiLayerNetwork net, Minibatch batch) {
      super(copy, batch);
      this.net = net;
      List<INDArray> inputAndLayers =
          copy.carriesState()
              ? net.rnnActivateUsingStoredState(batch.features().get(0), true, false)
              : net.feedForward(true, false);
      activations = new ArrayList<>(inputAndLayers.subList(1, inputAndLayers.size()));
    }

    @Override
    Collection<? extends @Nullable INDArray> results() {
      return activations;
    }

    @Override
    List<@Nullable INDArray> activations() {
      return activations;
    }

    @Override
    List<INDArray> scores() {
      INDArray labels = batch.labels().get(0);
      if (labels == null || !(net.getOutputLayer() instanceof IOutputLayer output)) {
        return List.of();
      }
      output.setLabels(labels);
      return List.of(output.computeScoreForExamples(0, DETACHED));
    }
  }

  private static final class OfGraph extends RecomputedPass {
    private final ComputationGraph graph;
    private final Map<String, INDArray> byVertex;

    OfGraph(Network copy, ComputationGraph graph, Minibatch batch) {
      super(copy, batch);
      this.graph = graph;
      INDArray[] inputs = batch.features().toArray(new INDArray[0]);
      byVertex =
          copy.carriesState()
              ? graph.rnnActivateUsingStoredState(inputs, true, false)
              : graph.feedForward(inputs, true, false);
    }

    @Override
    Collection<? extends @Nullable INDArray> results() {
      return byVertex.values();
    }

    @Override
    List<@Nullable INDArray> activations() {
      Stream<String> layers =
          Arrays.stream(graph.getLayers()).map(layer -> layer.conf().getLayer().getLayerName());
      Stream<String> vertices =
          copy.otherTrainedVertices().stream().map(GraphVertex::getVertexName);
      return Stream.concat(layers, vertices).<@Nullable INDArray>map(byVertex::get).toList();
    }

    @Override
    List<INDArray> scores() {
      List<INDArray> scores = new ArrayList<>();
      List<String> outputs = graph.getConfiguration().getNetworkOutputs();
      for (int i = 0; i < outputs.size(); i++) {
        INDArray labels = i < batch.labels().size() ? batch.labels().get(i) : null;
        GraphVertex vertex = graph.getVertex(outputs.get(i));
        if (labels != null
            && vertex instanceof LayerVertex layered
            && vertex.getLayer() instanceof IOutputLayer output) {
          VertexIndices from = vertex.getInputVertices()[0];
          String name = graph.getVertices()[from.getVertexIndex()].getVertexName();
          layered.setInput(0, byVertex.get(name), DETACHED);
          layered.applyPreprocessorAndSetInput(DETACHED);
          output.setLabels(labels);
          output.setMaskArray(i < batch.labelMasks().size() ? batch.labelMasks().get(i) : null);
          scores.add(layered.computeScoreForExamples(0, DETACHED));
        }
      }
      return scores;
    }
  }
}
