package dev.traininghealth.samples.benchmark;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.dataset.DataSet;

/**
 * The networks that are trained, each as DL4J's users build it: FLOAT, Adam and minibatches of 32
 * examples, or of 4 for XOR. All data are generated.
 */
enum Workload {
  XOR("XOR 2-2-1", Perceptrons::xor, RandomData::exclusiveOr),
  IRIS(
      "Iris 4-10-3",
      () -> Perceptrons.classifier(4, 3, Activation.RELU, 10),
      random -> RandomData.clusters(random, 4, 3)),
  P467(
      "MLP 8-16-16-3",
      () -> Perceptrons.classifier(8, 3, Activation.RELU, 16, 16),
      random -> RandomData.clusters(random, 8, 3)),
  MLP3X256("MLP 3×256", 3, 256),
  MLP20X128("MLP 20×128", 20, 128),
  MLP4X1024("MLP 4×1024", 4, 1024),
  LENET("LeNet", ImageNetworks::leNet, RandomData::images),
  LSTM("LSTM 2×128 × 50 steps", SequenceNetworks::lstm, RandomData::texts),
  ATTENTION("attention × 50 steps", SequenceNetworks::attention, RandomData::texts),
  CNN32("CNN 3×32×32", ImageNetworks::small, RandomData::colorImages),
  CNN224("CNN 3×224×224", ImageNetworks::photos, RandomData::photos),
  RESNET18("ResNet-18, narrow", ImageNetworks::resNet18, RandomData::colorImages),
  EMBEDDING("embedding 200,000×100", SequenceNetworks::embedding, RandomData::words);

  private static final int MINIBATCHES = 32;

  /** Of large examples, so that they fit into memory. */
  private static final int FEW_MINIBATCHES = 8;

  private final String title;
  private final Supplier<TrainedNetwork> network;
  private final Function<Random, DataSet> kind;

  /** Hidden layers of equal width; 0 if it has another structure. */
  private final int layers;

  private final int units;

  Workload(String title, Supplier<TrainedNetwork> network, Function<Random, DataSet> kind) {
    this(title, network, kind, 0, 0);
  }

  Workload(String title, int layers, int units) {
    this(title, () -> Perceptrons.images(layers, units), RandomData::images, layers, units);
  }

  Workload(
      String title,
      Supplier<TrainedNetwork> network,
      Function<Random, DataSet> kind,
      int layers,
      int units) {
    this.title = title;
    this.network = network;
    this.kind = kind;
    this.layers = layers;
    this.units = units;
  }

  /** The name in the table. */
  String title() {
    return title;
  }

  /** The name in a call, for example {@code mlp3x256}. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A new network, identical at each call. */
  TrainedNetwork network() {
    return network.get();
  }

  /** The same network with tanh units. */
  TrainedNetwork tanhTwin() {
    return Perceptrons.images(layers, units, Activation.TANH);
  }

  /** Hidden layers of equal width, with ReLUs; 0 if it has another structure. */
  int hiddenLayers() {
    return layers;
  }

  /** Units of each such layer. */
  int hiddenUnits() {
    return units;
  }

  /** Its minibatches, which are used repeatedly; identical at each call. */
  List<DataSet> minibatches() {
    return RandomData.minibatches(this == CNN224 ? FEW_MINIBATCHES : MINIBATCHES, kind);
  }

  /**
   * The networks of these names, in the order of the table.
   *
   * @param keys names, or several separated by commas; all networks if there are none
   * @throws IllegalArgumentException if a name is unknown; the message lists all
   */
  static Set<Workload> named(Collection<String> keys) {
    if (keys.isEmpty()) {
      return new LinkedHashSet<>(List.of(values()));
    }
    Set<String> wanted =
        keys.stream()
            .flatMap(list -> Arrays.stream(list.split(",", -1)))
            .map(name -> name.strip().toLowerCase(Locale.ROOT))
            .collect(Collectors.toCollection(LinkedHashSet::new));
    Set<Workload> found =
        Arrays.stream(values())
            .filter(workload -> wanted.remove(workload.key()))
            .collect(Collectors.toCollection(LinkedHashSet::new));
    if (!wanted.isEmpty()) {
      throw new IllegalArgumentException(
          "No network has the name "
              + String.join(", ", wanted)
              + ". Networks: "
              + Arrays.stream(values()).map(Workload::key).collect(Collectors.joining(", ")));
    }
    return found;
  }
}
