package dev.traininghealth.parity;

import static java.util.Objects.requireNonNull;

import dev.traininghealth.NetworkBits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;

/** The scores and the state of a network, or of its replicas, after each iteration. */
final class Recorded extends BaseTrainingListener {
  final Map<Integer, List<Double>> scores = new TreeMap<>();
  final Map<Integer, List<List<Long>>> bits = new TreeMap<>();
  private final boolean withBits;

  Recorded(boolean withBits) {
    this.withBits = withBits;
  }

  @Override
  public synchronized void iterationDone(Model model, int iteration, int epoch) {
    scores.computeIfAbsent(iteration, i -> new ArrayList<>()).add(model.score());
    if (withBits) {
      bits.computeIfAbsent(iteration, i -> new ArrayList<>()).add(NetworkBits.of(model));
    }
  }

  /** {@return the scores of each iteration, in an order that replicas do not change} */
  List<Double> sortedScores() {
    return scores.values().stream().flatMap(replicas -> replicas.stream().sorted()).toList();
  }

  static double norm(INDArray array) {
    return array.castTo(DataType.DOUBLE).norm2Number().doubleValue();
  }

  /** {@return the gradient by key, without frozen parameters, for which DL4J may have null} */
  static Map<String, INDArray> gradients(Model model) {
    Map<String, INDArray> gradients = new LinkedHashMap<>();
    model
        .gradient()
        .gradientForVariable()
        .forEach(
            (key, array) -> {
              if (array != null) {
                gradients.put(key, array);
              }
            });
    return gradients;
  }

  static @Nullable BaseMultiLayerUpdater<?> updater(Model model) {
    return model instanceof MultiLayerNetwork net
        ? net.getUpdater() instanceof BaseMultiLayerUpdater<?> updater ? updater : null
        : ((ComputationGraph) model).getUpdater();
  }

  static @Nullable INDArray updaterState(Model model) {
    BaseMultiLayerUpdater<?> updater = updater(model);
    return updater == null ? null : updater.getStateViewArray();
  }

  /** {@return the updaters that DL4J reads, each object once} */
  static Collection<IUpdater> updaters(Model model) {
    Set<IUpdater> updaters = Collections.newSetFromMap(new IdentityHashMap<>());
    requireNonNull(updater(model)).getUpdaterBlocks().stream()
        .map(block -> block.getGradientUpdater().getConfig())
        .forEach(updaters::add);
    return updaters;
  }

  /** {@return the part before the last underscore of each key, which names a layer or vertex} */
  static List<String> owners(Collection<String> keys) {
    Set<String> owners = new LinkedHashSet<>();
    keys.forEach(key -> owners.add(owner(key)));
    return List.copyOf(owners);
  }

  static String owner(String key) {
    return key.substring(0, key.indexOf('_'));
  }

  /** {@return the key of a weight of the last layer before the output} */
  static String weight(Model model) {
    List<String> keys = List.copyOf(model.paramTable().keySet());
    List<String> owners = owners(keys);
    String owner = owners.get(Math.max(0, owners.size() - 2));
    return keys.stream().filter(key -> owner(key).equals(owner)).findFirst().orElseThrow();
  }

  /** {@return the number of parameters that {@code fit} trains or a layer has frozen} */
  static long trainable(Model model) {
    Stream<Map<String, INDArray>> tables =
        model instanceof MultiLayerNetwork net
            ? Arrays.stream(net.getLayers()).map(layer -> layer.paramTable(true))
            : Arrays.stream(((ComputationGraph) model).getVertices())
                .map(vertex -> vertex.paramTable(true));
    return tables
        .filter(Objects::nonNull)
        .flatMap(table -> table.values().stream())
        .mapToLong(INDArray::length)
        .sum();
  }

  static List<String> layerNames(Model model) {
    return Arrays.stream(
            model instanceof MultiLayerNetwork net
                ? net.getLayers()
                : ((ComputationGraph) model).getLayers())
        .map(layer -> layer.conf().getLayer().getLayerName())
        .toList();
  }
}
