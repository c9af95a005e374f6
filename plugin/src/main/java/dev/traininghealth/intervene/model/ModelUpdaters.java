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
 * The updaters of a network, found parameter by parameter as DL4J's own updater finds them.
 *
 * <p>A setter per layer would miss the updaters of biases, and those inside wrapper layers.
 *
 * @param withLearningRate the updaters with a readable learning rate, each object once
 * @param places for each updater, by identity, its names with its layers
 * @param withoutLearningRate names of the updaters without a readable or changeable learning rate
 */
record ModelUpdaters(
    List<IUpdater> withLearningRate,
    IdentityHashMap<IUpdater, Set<String>> places,
    List<String> withoutLearningRate) {

  /**
   * Finds the updaters of a network.
   *
   * <p>Only their getters are called, no setter. An updater that refuses another rate is detected
   * when it is set.
   *
   * @param refusing updaters that are known to refuse another rate
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
        List.copyOf(finder.withLearningRate),
        finder.places,
        List.copyOf(finder.withoutLearningRate));
  }

  /** {@return the same updaters, with the refusing ones among those without a learning rate} */
  ModelUpdaters without(Set<IUpdater> refusing) {
    List<IUpdater> rest = new ArrayList<>();
    List<String> others = new ArrayList<>(withoutLearningRate);
    for (IUpdater updater : withLearningRate) {
      if (refusing.contains(updater)) {
        others.addAll(places.getOrDefault(updater, Set.of()));
      } else {
        rest.add(updater);
      }
    }
    return new ModelUpdaters(List.copyOf(rest), places, List.copyOf(others));
  }

  /** {@return whether both have the identical updaters with learning rates} */
  boolean hasSameLearningRates(ModelUpdaters other) {
    if (withLearningRate.size() != other.withLearningRate.size()) {
      return false;
    }
    for (int i = 0; i < withLearningRate.size(); i++) {
      if (withLearningRate.get(i) != other.withLearningRate.get(i)) {
        return false;
      }
    }
    return true;
  }

  /** Collects the updaters of the layers. */
  private static final class Finder {
    final Set<IUpdater> refusing;

    /** Keyed by identity, because updaters with equal rates are equal objects. */
    final IdentityHashMap<IUpdater, Set<String>> places = new IdentityHashMap<>();

    final Set<IUpdater> leftAlone = Collections.newSetFromMap(new IdentityHashMap<>());
    final List<IUpdater> withLearningRate = new ArrayList<>();
    final Set<String> withoutLearningRate = new LinkedHashSet<>();

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
        // If none is configured (statistics, frozen layers), DL4J creates one at every call.
        if (updater != null && updater == configuration.getUpdaterByParam(parameter)) {
          if (!places.containsKey(updater)) {
            places.put(updater, new LinkedHashSet<>());
            if (UpdaterRate.read(updater).isPresent() && !refusing.contains(updater)) {
              withLearningRate.add(updater);
            } else {
              leftAlone.add(updater);
            }
          }
          // This layer's own gradient is zero, but other layers may share the block of its updater.
          if (!(layer instanceof FrozenLayerWithBackprop)) {
            String name = updater.getClass().getSimpleName() + " (" + place + ")";
            places.get(updater).add(name);
            if (leftAlone.contains(updater)) {
              withoutLearningRate.add(name);
            }
          }
        }
      }
    }
  }
}
