package dev.traininghealth.network;

import dev.traininghealth.array.OffHeapMemory;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Scores data as {@link Network#score} does, and shows the outputs of the same forward pass. DL4J's
 * own method discards them. The activations of all layers are kept until the end of the pass.
 *
 * @hidden
 */
public final class ScoredOutputs {
  private ScoredOutputs() {}

  /**
   * Scores data as in inference: without dropout, with regularization.
   *
   * @param network is not changed
   * @param data one input and one output, without masks
   * @param reader receives labels and outputs, which are freed afterwards, if the score is finite
   * @return the mean over the examples
   */
  public static double score(Network network, DataSet data, BiConsumer<INDArray, INDArray> reader) {
    return network.byKind(
        net ->
            net.getOutputLayer() instanceof IOutputLayer last
                ? ofLayers(net, last, data, reader)
                : network.score(data),
        graph ->
            graph.getVertex(graph.getConfiguration().getNetworkOutputs().get(0))
                        instanceof LayerVertex vertex
                    && vertex.getLayer() instanceof IOutputLayer last
                ? ofGraph(graph, vertex, last, data, reader)
                : network.score(data));
  }

  private static double ofLayers(
      MultiLayerNetwork net,
      IOutputLayer last,
      DataSet data,
      BiConsumer<INDArray, INDArray> reader) {
    INDArray in = data.getFeatures();
    List<INDArray> activations = net.feedForward(in, false);
    try {
      int index = net.getnLayers() - 1;
      LayerWorkspaceMgr none = LayerWorkspaceMgr.noWorkspaces();
      InputPreProcessor preprocessor = net.getLayerWiseConfigurations().getInputPreProcess(index);
      INDArray before = activations.get(index);
      last.setInput(
          preprocessor == null ? before : preprocessor.preProcess(before, (int) in.size(0), none),
          none);
      last.setLabels(data.getLabels());
      double score = last.computeScore(net.calcRegularizationScore(true), false, none);
      if (Double.isFinite(score)) {
        reader.accept(data.getLabels(), activations.get(index + 1));
      }
      return score;
    } finally {
      net.clearLayersStates();
      OffHeapMemory.release(activations, List.of(in, data.getLabels()));
    }
  }

  private static double ofGraph(
      ComputationGraph graph,
      LayerVertex vertex,
      IOutputLayer last,
      DataSet data,
      BiConsumer<INDArray, INDArray> reader) {
    INDArray in = data.getFeatures();
    Map<String, INDArray> activations = graph.feedForward(new INDArray[] {in}, false, false);
    try {
      last.setLabels(data.getLabels());
      double score =
          vertex.computeScore(
              graph.calcRegularizationScore(true), false, LayerWorkspaceMgr.noWorkspaces());
      INDArray out = activations.get(vertex.getVertexName());
      if (out != null && Double.isFinite(score)) {
        reader.accept(data.getLabels(), out);
      }
      return score;
    } finally {
      graph.clearLayersStates();
      OffHeapMemory.release(activations.values(), List.of(in, data.getLabels()));
    }
  }
}
