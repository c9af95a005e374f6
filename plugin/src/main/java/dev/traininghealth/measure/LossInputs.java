package dev.traininghealth.measure;

import dev.traininghealth.network.Network;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;

/**
 * What reaches a loss that has neither parameters nor an activation function of its own. The import
 * of Keras models makes a softmax layer and such a {@code LossLayer} after it.
 */
final class LossInputs {
  private LossInputs() {}

  /**
   * Gives each such layer the activation function and the units of the layer before it.
   *
   * @param layers the network's layers, in its order
   */
  static List<NetworkLayout.Layer> completed(Network network, List<NetworkLayout.Layer> layers) {
    List<NetworkLayout.Layer> completed = new ArrayList<>(layers);
    for (int i = 0; i < layers.size(); i++) {
      NetworkLayout.Layer layer = layers.get(i);
      if (layer.configuration().isOutput() && layer.parameterCount() == 0 && isPassing(layer)) {
        int before = before(network, i);
        while (before >= 0
            && layers.get(before).parameterCount() == 0
            && isPassing(layers.get(before))) {
          before = before(network, before);
        }
        if (before >= 0 && !layers.get(before).activation().isEmpty()) {
          completed.set(i, after(layer, layers.get(before)));
        }
      }
    }
    return completed;
  }

  private static boolean isPassing(NetworkLayout.Layer layer) {
    return layer.activation().isEmpty() || layer.activation().equals("identity");
  }

  private static NetworkLayout.Layer after(NetworkLayout.Layer loss, NetworkLayout.Layer before) {
    NetworkLayout.Configuration own = loss.configuration();
    long units = own.units() > 0 ? own.units() : before.configuration().units();
    return new NetworkLayout.Layer(
        loss.name(),
        loss.type(),
        loss.activation(),
        loss.frozen(),
        loss.firstParameter(),
        loss.parameterCount(),
        new NetworkLayout.Configuration(
            units,
            own.weightInit(),
            own.updater(),
            own.loss(),
            own.gradientNormalization(),
            own.epsilon(),
            before.activation(),
            own.userDerivative(),
            own.weighsLoss(),
            own.retainProbability()),
        loss.depth());
  }

  /** Index of the layer whose output a layer reads; -1 if there is none, or a vertex between. */
  private static int before(Network network, int layer) {
    return network.byKind(net -> layer - 1, graph -> before(graph, layer));
  }

  private static int before(ComputationGraph graph, int index) {
    Layer layer = graph.getLayers()[index];
    String name = Objects.requireNonNull(layer.conf().getLayer().getLayerName());
    VertexIndices[] inputs = graph.getVertex(name).getInputVertices();
    if (inputs == null || inputs.length != 1) {
      return -1;
    }
    if (!(graph.getVertices()[inputs[0].getVertexIndex()] instanceof LayerVertex vertex)) {
      return -1;
    }
    Layer before = vertex.getLayer();
    for (int i = 0; i < index; i++) {
      if (graph.getLayers()[i] == before) {
        return i;
      }
    }
    return -1;
  }
}
