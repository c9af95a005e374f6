package dev.traininghealth.intervene.model;

import dev.traininghealth.network.Network;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * The updaters of a network, found parameter by parameter where DL4J's own updater finds them. A
 * layer-wide setter would miss the updaters of biases, and those within wrappers.
 *
 * @param rated those with a learning rate that can be read, each object once
 * @param places the names of each of them, with its layer, by identity
 * @param withoutRate those without, named likewise
 */
record ModelUpdaters(
    List<IUpdater> rated, IdentityHashMap<IUpdater, Set<String>> places, List<String> withoutRate) {

  /**
   * Finds them. Their getters are called, and no setter: one that refuses to be set is found when
   * it is.
   *
   * @param refusing those that are known to refuse another rate
   * @throws IllegalArgumentException if the model is neither a MultiLayerNetwork nor a
   *     ComputationGraph
   */
  static ModelUpdaters of(Model model, Set<IUpdater> refusing) {
    Finder finder = new Finder(refusing);
    Network network = Network.of(model);
    finder.addLayers(network.layers());
    for (GraphVertex vertex : network.otherTrainedVertices()) {
      finder.add(vertex, "vertex " + vertex.getVertexName());
    }
    return new ModelUpdaters(
        List.copyOf(finder.rated), finder.places, List.copyOf(finder.withoutRate));
  }

  /** The same, where some have turned out to refuse another rate. */
  ModelUpdaters without(Set<IUpdater> refusing) {
    List<IUpdater> rest = new ArrayList<>();
    List<String> others = new ArrayList<>(withoutRate);
    for (IUpdater updater : rated) {
      if (refusing.contains(updater)) {
        others.addAll(places.getOrDefault(updater, Set.of()));
      } else {
        rest.add(updater);
      }
    }
    return new ModelUpdaters(List.copyOf(rest), places, List.copyOf(others));
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
    final Set<IUpdater> refusing;

    /** Two updaters with equal rates are equal to each other, and yet two. */
    final IdentityHashMap<IUpdater, Set<String>> places = new IdentityHashMap<>();

    final Set<IUpdater> unrated = Collections.newSetFromMap(new IdentityHashMap<>());
    final List<IUpdater> rated = new ArrayList<>();
    final Set<String> withoutRate = new LinkedHashSet<>();

    Finder(Set<IUpdater> refusing) {
      this.refusing = refusing;
    }

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
          if (!places.containsKey(updater)) {
            places.put(updater, new LinkedHashSet<>());
            if (UpdaterRate.read(updater).isPresent() && !refusing.contains(updater)) {
              rated.add(updater);
            } else {
              unrated.add(updater);
            }
          }
          // This layer's own gradient is zero; its updater counts for those that share its block.
          if (!(layer instanceof FrozenLayerWithBackprop)) {
            String name = updater.getClass().getSimpleName() + " (" + place + ")";
            places.get(updater).add(name);
            if (unrated.contains(updater)) {
              withoutRate.add(name);
            }
          }
        }
      }
    }
  }
}
