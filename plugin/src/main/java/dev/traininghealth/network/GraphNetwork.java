package dev.traininghealth.network;

import dev.traininghealth.numbers.NetworkLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * The network of a ComputationGraph. A graph has no method that returns its labels, and its output
 * layers have them only during the backward pass. They are therefore remembered from one backward
 * pass to the next.
 */
final class GraphNetwork extends Network {
  private final ComputationGraph graph;
  private final LiveMinibatch live = new LiveMinibatch();

  /** One array per output, null for an output without labels; empty if none were remembered. */
  private @Nullable INDArray[] labels = new INDArray[0];

  GraphNetwork(ComputationGraph graph) {
    this.graph = graph;
  }

  @Override
  public boolean isInitialized() {
    return graph.getVertices() != null;
  }

  @Override
  public int[] outputLayers() {
    List<String> layers =
        IntStream.range(0, graph.getNumLayers()).mapToObj(this::keyPrefix).toList();
    return graph.getConfiguration().getNetworkOutputs().stream()
        .mapToInt(layers::indexOf)
        .toArray();
  }

  @Override
  public Minibatch minibatchOf(Minibatch data) {
    return new Minibatch(
        data.features(),
        data.featureMasks(),
        data.labels(),
        data.labelMasks(),
        List.of(),
        withoutStates());
  }

  @Override
  public Model model() {
    return graph;
  }

  @Override
  public <T> T byKind(
      Function<MultiLayerNetwork, T> ofLayered, Function<ComputationGraph, T> ofGraph) {
    return ofGraph.apply(graph);
  }

  @Override
  public Layer[] layers() {
    return graph.getLayers();
  }

  @Override
  public List<GraphVertex> otherTrainedVertices() {
    return Arrays.stream(graph.getVertices())
        .filter(vertex -> !vertex.hasLayer() && countsAsLayer(vertex))
        .toList();
  }

  @Override
  public String keyPrefix(int layer) {
    return graph.getLayers()[layer].conf().getLayer().getLayerName();
  }

  @Override
  public int[] depths() {
    GraphVertex[] vertices = graph.getVertices();
    Map<String, Integer> depths = new HashMap<>();
    int[] layersBefore = new int[vertices.length];
    for (int index : graph.topologicalSortOrder()) {
      GraphVertex vertex = vertices[index];
      VertexIndices[] inputs = vertex.getInputVertices();
      for (VertexIndices input : inputs == null ? new VertexIndices[0] : inputs) {
        int before = input.getVertexIndex();
        int throughInput = layersBefore[before] + (countsAsLayer(vertices[before]) ? 1 : 0);
        layersBefore[index] = Math.max(layersBefore[index], throughInput);
      }
      depths.put(vertex.getVertexName(), layersBefore[index]);
    }
    Stream<String> layers = IntStream.range(0, graph.getNumLayers()).mapToObj(this::keyPrefix);
    Stream<String> others = otherTrainedVertices().stream().map(GraphVertex::getVertexName);
    return Stream.concat(layers, others).mapToInt(name -> depths.getOrDefault(name, 0)).toArray();
  }

  @Override
  public List<NetworkLayout.Vertex> vertices() {
    GraphVertex[] vertices = graph.getVertices();
    int[] order = graph.topologicalSortOrder();
    int[] places = new int[vertices.length];
    Map<String, Integer> layers = new HashMap<>();
    for (int layer = 0; layer < graph.getNumLayers(); layer++) {
      layers.put(keyPrefix(layer), layer);
    }
    otherTrainedVertices().forEach(vertex -> layers.put(vertex.getVertexName(), layers.size()));
    List<NetworkLayout.Vertex> described = new ArrayList<>();
    for (int place = 0; place < order.length; place++) {
      GraphVertex vertex = vertices[order[place]];
      places[order[place]] = place;
      VertexIndices[] inputs = vertex.getInputVertices();
      described.add(
          new NetworkLayout.Vertex(
              vertex.getVertexName(),
              vertex.getClass().getSimpleName(),
              layers.getOrDefault(vertex.getVertexName(), -1),
              Arrays.stream(inputs == null ? new VertexIndices[0] : inputs)
                  .map(input -> places[input.getVertexIndex()])
                  .toList()));
    }
    return described;
  }

  private static boolean countsAsLayer(GraphVertex vertex) {
    return vertex.hasLayer() || vertex.numParams() > 0;
  }

  @Override
  int indexInput(int layer) {
    if (!(graph.getVertex(keyPrefix(layer)) instanceof LayerVertex vertex)
        || !isEmbedding(vertex.getLayer())
        || !keepsElements(vertex.getLayerPreProcessor())
        || vertex.getNumInputArrays() != 1) {
      return -1;
    }
    GraphVertex from = graph.getVertices()[vertex.getInputVertices()[0].getVertexIndex()];
    return from.isInputVertex()
        ? graph.getConfiguration().getNetworkInputs().indexOf(from.getVertexName())
        : -1;
  }

  @Override
  @Nullable INDArray input(int number) {
    return graph.getInput(number);
  }

  @Override
  Collection<TrainingListener> listeners() {
    return graph.getListeners();
  }

  @Override
  public int iterationCount() {
    return graph.getIterationCount();
  }

  @Override
  public int epochCount() {
    return graph.getEpochCount();
  }

  @Override
  long readDataMillis() {
    return graph.getLastEtlTime();
  }

  @Override
  public void setCounts(int iterationCount, int epochCount) {
    graph.getConfiguration().setIterationCount(iterationCount);
    graph.getConfiguration().setEpochCount(epochCount);
  }

  @Override
  public void rememberLabels() {
    int outputs = graph.getNumOutputArrays();
    if (labels.length != outputs) {
      labels = new INDArray[outputs];
    }
    for (int i = 0; i < outputs; i++) {
      Layer layer = graph.getOutputLayer(i);
      Layer inner = layer instanceof BaseWrapperLayer wrapper ? wrapper.getUnderlying() : layer;
      // A layer that needs no labels may keep another array in their place, as OCNN its output.
      labels[i] =
          inner instanceof IOutputLayer output && output.needsLabels() ? output.getLabels() : null;
    }
  }

  @Override
  public Minibatch minibatch() {
    return live.of(
        graph.getInputs(),
        graph.getInputMaskArrays(),
        labels,
        graph.getLabelMaskArrays(),
        null,
        carriedStates());
  }

  @Override
  void setData(Minibatch minibatch) {
    graph.setInputs(minibatch.features().toArray(new INDArray[0]));
    graph.setLabels(arrayOrNull(minibatch.labels()));
    graph.setLayerMaskArrays(
        arrayOrNull(minibatch.featureMasks()), arrayOrNull(minibatch.labelMasks()));
  }

  private static @Nullable INDArray @Nullable [] arrayOrNull(List<@Nullable INDArray> arrays) {
    return arrays.isEmpty() ? null : arrays.toArray(new INDArray[0]);
  }

  @Override
  BackpropType backpropType() {
    return graph.getConfiguration().getBackpropType();
  }

  @Override
  @Nullable INDArray updaterStateView() {
    return graph.getUpdater().getStateViewArray();
  }

  @Override
  void initGradientsView() {
    graph.initGradientsView();
  }

  @Override
  public double score(DataSet data) {
    return graph.score(data, false);
  }

  @Override
  public Supplier<String> configurationJson() {
    return ConfigurationJson.of(graph.getConfiguration());
  }

  @Override
  public void setScore(double score) {
    graph.setScore(score);
  }

  @Override
  public void clearMasks() {
    graph.clearLayerMaskArrays();
  }

  @Override
  public Network copy() {
    return new GraphNetwork(graph.clone());
  }

  @Override
  public void useNoWorkspaces() {
    graph.getConfiguration().setTrainingWorkspaceMode(WorkspaceMode.NONE);
    graph.getConfiguration().setInferenceWorkspaceMode(WorkspaceMode.NONE);
  }
}
