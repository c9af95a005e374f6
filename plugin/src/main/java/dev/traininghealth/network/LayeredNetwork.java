package dev.traininghealth.network;

import dev.traininghealth.numbers.NetworkLayout;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Updater;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** The network of a MultiLayerNetwork. */
final class LayeredNetwork extends Network {
  private final MultiLayerNetwork net;
  private final LiveMinibatch live = new LiveMinibatch();
  private final @Nullable INDArray[] features = new INDArray[1];
  private final @Nullable INDArray[] labels = new INDArray[1];
  private @Nullable INDArray[] layerMasks = new INDArray[0];

  LayeredNetwork(MultiLayerNetwork net) {
    this.net = net;
  }

  @Override
  public boolean isInitialized() {
    return net.isInitCalled();
  }

  @Override
  public int[] outputLayers() {
    return new int[] {net.getnLayers() - 1};
  }

  @Override
  public Minibatch minibatchOf(Minibatch data) {
    INDArray featureMask = data.firstFeatureMask();
    INDArray labelMask = data.firstLabelMask();
    net.setInput(data.features().get(0));
    net.clearLayerMaskArrays();
    if (featureMask != null || labelMask != null) {
      net.setLayerMaskArrays(featureMask, labelMask);
    }
    List<@Nullable INDArray> masks = new ArrayList<>();
    for (Layer layer : net.getLayers()) {
      masks.add(layer.getMaskArray());
    }
    return new Minibatch(
        data.features(), List.of(), data.labels(), List.of(), masks, withoutStates());
  }

  @Override
  public Model model() {
    return net;
  }

  @Override
  public <T> T byKind(
      Function<MultiLayerNetwork, T> ofLayered, Function<ComputationGraph, T> ofGraph) {
    return ofLayered.apply(net);
  }

  @Override
  public Layer[] layers() {
    return net.getLayers();
  }

  @Override
  public List<GraphVertex> otherTrainedVertices() {
    return List.of();
  }

  @Override
  public String keyPrefix(int layer) {
    return String.valueOf(layer);
  }

  @Override
  public int[] depths() {
    return IntStream.range(0, net.getnLayers()).toArray();
  }

  @Override
  public List<NetworkLayout.Vertex> vertices() {
    return List.of();
  }

  @Override
  int indexInput(int layer) {
    return layer == 0
            && isEmbedding(net.getLayer(0))
            && keepsElements(net.getLayerWiseConfigurations().getInputPreProcess(0))
        ? 0
        : -1;
  }

  @Override
  @Nullable INDArray input(int number) {
    return net.getInput();
  }

  @Override
  Collection<TrainingListener> listeners() {
    return net.getListeners();
  }

  @Override
  public int iterationCount() {
    return net.getIterationCount();
  }

  @Override
  public int epochCount() {
    return net.getEpochCount();
  }

  @Override
  long readDataMillis() {
    return net.getLastEtlTime();
  }

  @Override
  public void setCounts(int iterationCount, int epochCount) {
    net.setIterationCount(iterationCount);
    net.setEpochCount(epochCount);
  }

  /** Does nothing, because the network itself keeps the labels. */
  @Override
  public void rememberLabels() {}

  @Override
  public Minibatch minibatch() {
    Layer[] layers = net.getLayers();
    if (layerMasks.length != layers.length) {
      layerMasks = new INDArray[layers.length];
    }
    for (int i = 0; i < layers.length; i++) {
      layerMasks[i] = layers[i].getMaskArray();
    }
    features[0] = net.getInput();
    labels[0] = net.getLabels();
    return live.of(features, null, labels, null, layerMasks, carriedStates());
  }

  @Override
  void setData(Minibatch minibatch) {
    net.setInput(minibatch.features().get(0));
    net.setLabels(minibatch.labels().get(0));
    Layer[] layers = net.getLayers();
    for (int i = 0; i < layers.length; i++) {
      layers[i].setMaskArray(minibatch.layerMasks().get(i));
    }
  }

  @Override
  BackpropType backpropType() {
    return net.getLayerWiseConfigurations().getBackpropType();
  }

  @Override
  @Nullable INDArray updaterStateView() {
    Updater updater = net.getUpdater();
    return updater == null ? null : updater.getStateViewArray();
  }

  @Override
  void initGradientsView() {
    net.initGradientsView();
  }

  @Override
  public double score(DataSet data) {
    return net.score(data, false);
  }

  @Override
  public Supplier<String> configurationJson() {
    return ConfigurationJson.of(net.getLayerWiseConfigurations());
  }

  @Override
  public void setScore(double score) {
    net.setScore(score);
  }

  @Override
  public void clearMasks() {
    net.clearLayerMaskArrays();
  }

  @Override
  public Network copy() {
    return new LayeredNetwork(net.clone());
  }

  @Override
  public void useNoWorkspaces() {
    net.getLayerWiseConfigurations().setTrainingWorkspaceMode(WorkspaceMode.NONE);
    net.getLayerWiseConfigurations().setInferenceWorkspaceMode(WorkspaceMode.NONE);
  }
}
