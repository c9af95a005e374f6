package dev.traininghealth.intervene;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * The updaters of a network, found parameter by parameter where DL4J's own updater finds them. A
 * layer-wide setter would miss the updaters of biases, and those within wrappers.
 *
 * @param rated those with a learning rate that can be read and set, each object once
 * @param withoutRate those without, named with their layer
 */
record ModelUpdaters(List<IUpdater> rated, List<String> withoutRate) {

  /**
   * Finds them.
   *
   * @throws IllegalArgumentException if the model is neither a MultiLayerNetwork nor a
   *     ComputationGraph
   */
  static ModelUpdaters of(Model model) {
    Finder finder = new Finder();
    if (model instanceof MultiLayerNetwork net) {
      finder.addLayers(net.getLayers());
    } else if (model instanceof ComputationGraph graph) {
      finder.addLayers(graph.getLayers());
      for (GraphVertex vertex : graph.getVertices()) {
        if (!vertex.hasLayer() && vertex.numParams() > 0) {
          finder.add(vertex, "vertex " + vertex.getVertexName());
        }
      }
    } else {
      throw new IllegalArgumentException(
          "Only a MultiLayerNetwork or a ComputationGraph has learning rates, not a "
              + model.getClass().getName());
    }
    return new ModelUpdaters(List.copyOf(finder.rated), List.copyOf(finder.withoutRate));
  }

  /** Whether both have the very same updaters with rates. */
  boolean hasSameRated(ModelUpdaters other) {
    if (rated.size() != other.rated.size()) {
      return false;
    }
    for (int i = 0; i < rated.size(); i++) {
      if (rated.get(i) != other.rated.get(i)) {
        return false;
      }
    }
    return true;
  }

  /** Goes through the layers. */
  private static final class Finder {
    /** Two updaters with equal rates are equal to each other, and yet two. */
    final Set<IUpdater> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    final Set<IUpdater> unrated = Collections.newSetFromMap(new IdentityHashMap<>());
    final List<IUpdater> rated = new ArrayList<>();
    final Set<String> withoutRate = new LinkedHashSet<>();

    void addLayers(Layer[] layers) {
      for (int i = 0; i < layers.length; i++) {
        String name = layers[i].conf().getLayer().getLayerName();
        add(layers[i], "layer " + i + (name == null ? "" : ", " + name));
      }
    }

    void add(Trainable layer, String place) {
      Map<String, INDArray> parameters = layer.paramTable(false);
      if (parameters == null) {
        return;
      }
      TrainingConfig configuration = layer.getConfig();
      for (String parameter : parameters.keySet()) {
        IUpdater updater = configuration.getUpdaterByParam(parameter);
        // DL4J makes a new one at every call where none is the user's: statistics, frozen layers.
        if (updater != null && updater == configuration.getUpdaterByParam(parameter)) {
          if (seen.add(updater)) {
            if (canBeSet(updater)) {
              rated.add(updater);
            } else {
              unrated.add(updater);
            }
          }
          // This layer's own gradient is zero; its updater counts for those that share its block.
          if (unrated.contains(updater) && !(layer instanceof FrozenLayerWithBackprop)) {
            withoutRate.add(updater.getClass().getSimpleName() + " (" + place + ")");
          }
        }
      }
    }

    /** Tried out with what it holds, for only so a user's own updater tells whether it refuses. */
    private static boolean canBeSet(IUpdater updater) {
      Optional<HeldRate> held = HeldRate.read(updater);
      if (held.isEmpty()) {
        return false;
      }
      try {
        held.get().setOn(updater);
        return true;
      } catch (RuntimeException refused) {
        return false;
      }
    }
  }
}
