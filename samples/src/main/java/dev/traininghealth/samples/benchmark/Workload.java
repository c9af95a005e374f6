package dev.traininghealth.samples.benchmark;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.dataset.DataSet;

/**
 * The networks that are trained, each as DL4J's users build it: FLOAT, Adam and minibatches of 32
 * examples, or of 4 for XOR. All data are generated.
 */
enum Workload {
  XOR("XOR 2-2-1"),
  IRIS("Iris 4-10-3"),
  P467("MLP 8-16-16-3"),
  MLP3X256("MLP 3×256", 3, 256),
  MLP20X128("MLP 20×128", 20, 128),
  MLP4X1024("MLP 4×1024", 4, 1024),
  LENET("LeNet"),
  LSTM("LSTM 2×128 × 50 steps"),
  ATTENTION("attention × 50 steps"),
  CNN32("CNN 3×32×32"),
  CNN224("CNN 3×224×224"),
  RESNET18("ResNet-18, narrow"),
  EMBEDDING("embedding 200,000×100");

  private static final int MINIBATCHES = 32;

  /** Of large examples, so that they fit into memory. */
  private static final int FEW_MINIBATCHES = 8;

  private final String title;

  /** Hidden layers of equal width; 0 if it has another structure. */
  private final int layers;

  private final int units;

  Workload(String title) {
    this(title, 0, 0);
  }

  Workload(String title, int layers, int units) {
    this.title = title;
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
    return switch (this) {
      case XOR -> Perceptrons.xor();
      case IRIS -> Perceptrons.classifier(4, 3, Activation.RELU, 10);
      case P467 -> Perceptrons.classifier(8, 3, Activation.RELU, 16, 16);
      case MLP3X256, MLP20X128, MLP4X1024 -> Perceptrons.images(layers, units);
      case LENET -> ImageNetworks.leNet();
      case LSTM -> SequenceNetworks.lstm();
      case ATTENTION -> SequenceNetworks.attention();
      case CNN32 -> ImageNetworks.small();
      case CNN224 -> ImageNetworks.photos();
      case RESNET18 -> ImageNetworks.resNet18();
      case EMBEDDING -> SequenceNetworks.embedding();
    };
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
    return RandomData.minibatches(this == CNN224 ? FEW_MINIBATCHES : MINIBATCHES, this::minibatch);
  }

  private DataSet minibatch(Random random) {
    return switch (this) {
      case XOR -> RandomData.exclusiveOr();
      case IRIS -> RandomData.clusters(random, 4, 3);
      case P467 -> RandomData.clusters(random, 8, 3);
      case MLP3X256, MLP20X128, MLP4X1024, LENET -> RandomData.images(random);
      case LSTM, ATTENTION -> RandomData.texts(random);
      case CNN32, RESNET18 -> RandomData.colorImages(random);
      case CNN224 -> RandomData.photos(random);
      case EMBEDDING -> RandomData.words(random);
    };
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
