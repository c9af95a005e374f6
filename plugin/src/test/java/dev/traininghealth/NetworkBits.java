package dev.traininghealth;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** Reads the exact state of networks of both kinds, and converts one kind to the other. */
public final class NetworkBits {
  private NetworkBits() {}

  /** {@return the parameters, including running statistics, and the updater's state} */
  public static List<Long> of(Model model) {
    List<Long> bits = new ArrayList<>(of(model.params()));
    INDArray state =
        model instanceof MultiLayerNetwork net
            ? net.getUpdater().getStateViewArray()
            : ((ComputationGraph) model).getUpdater().getStateViewArray();
    if (state != null) {
      bits.addAll(of(state));
    }
    return bits;
  }

  public static List<Long> of(INDArray array) {
    return Arrays.stream(array.dup().reshape(array.length()).toDoubleVector())
        .mapToObj(Double::doubleToRawLongBits)
        .toList();
  }

  public static List<RecurrentLayer> recurrentLayers(Model model) {
    Layer[] layers =
        model instanceof MultiLayerNetwork net
            ? net.getLayers()
            : ((ComputationGraph) model).getLayers();
    return Arrays.stream(layers)
        .filter(RecurrentLayer.class::isInstance)
        .map(RecurrentLayer.class::cast)
        .toList();
  }

  /** {@return the same network as a graph, with its truncated backpropagation} */
  public static ComputationGraph graph(MultiLayerNetwork net) {
    MultiLayerConfiguration from = net.getLayerWiseConfigurations();
    ComputationGraphConfiguration to = net.toComputationGraph().getConfiguration().clone();
    to.setBackpropType(from.getBackpropType());
    to.setTbpttFwdLength(from.getTbpttFwdLength());
    to.setTbpttBackLength(from.getTbpttBackLength());
    ComputationGraph graph = new ComputationGraph(to);
    graph.init();
    graph.setParams(net.params());
    return graph;
  }

  public static void fit(Model model, DataSet data) {
    if (model instanceof MultiLayerNetwork net) {
      net.fit(data);
    } else {
      ((ComputationGraph) model).fit(data);
    }
  }

  public static void setIterationCount(Model model, int iteration) {
    if (model instanceof MultiLayerNetwork net) {
      net.getLayerWiseConfigurations().setIterationCount(iteration);
    } else {
      ((ComputationGraph) model).getConfiguration().setIterationCount(iteration);
    }
  }
}
