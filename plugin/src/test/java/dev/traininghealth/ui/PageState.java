package dev.traininghealth.ui;

import dev.traininghealth.IterationClock;
import dev.traininghealth.StoppingPolicy;
import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.TrainingHealthListenerBuilder;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.ProtectionSettings;
import dev.traininghealth.intervene.TrainingStoppedException;
import dev.traininghealth.publish.DiagnosisFixtures;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What a user may find on the page, from no session at all to a run that learns nothing more. */
enum PageState {
  NONE(""),
  ONE_ITERATION("Too early to tell"),
  HEALTHY("Healthy"),
  OVERFITTING("Overfitting"),
  RECOVERED("Protected"),
  MANY_SKIPS("Protected"),
  ALL_SKIPPED("Protection acts too often"),
  STOPPED("training stopped"),
  VANISHING("Vanishing gradient"),
  GRAPH("Healthy"),
  SIXTY_LAYERS("Dead ReLU"),
  TWO_HUNDRED_LAYERS("Dead ReLU"),
  TWO_WORKERS("Other workers"),
  TWO_SESSIONS("Healthy");

  private static final int FEATURES = 8;
  private static final int CLASSES = 4;
  private static final int EXAMPLES = 16;
  private static final int MINIBATCHES = 6;
  private static final long START = 1_700_000_000_000L;

  /** Part of the verdict; empty for none. */
  final String verdict;

  PageState(String verdict) {
    this.verdict = verdict;
  }

  void recordIn(StatsStorage storage) {
    switch (this) {
      case NONE -> {
        // nothing was trained
      }
      case ONE_ITERATION -> train(storage, "one", new Training().until(1));
      case HEALTHY -> train(storage, "healthy", new Training().validating().until(240));
      case OVERFITTING ->
          train(storage, "overfits", new Training().randomLabels().validating().until(400));
      case RECOVERED -> train(storage, "nan", new Training().broken(60, 1000, 200));
      case MANY_SKIPS -> train(storage, "skips", new Training().broken(40, 8, 320));
      case ALL_SKIPPED -> train(storage, "spoilt", new Training().broken(60, 1, 200));
      case STOPPED -> trainUntilStopped(storage, new Training().broken(60, 1, 200).stopping());
      case VANISHING -> train(storage, "deep", new Training().deep().until(200));
      case GRAPH -> trainGraph(storage);
      case SIXTY_LAYERS -> simulate(storage, 60);
      case TWO_HUNDRED_LAYERS -> simulate(storage, 200);
      case TWO_WORKERS -> {
        train(storage, "workers", new Training().worker("1").until(120));
        train(storage, "workers", new Training().worker("2").broken(40, 8, 120));
      }
      case TWO_SESSIONS -> {
        train(storage, "earlier", new Training().deep().until(60));
        train(storage, "later", new Training().until(120));
      }
    }
  }

  /** What is trained; healthy if nothing else is said. */
  private static final class Training {
    private int iterations;
    private int hidden = 2;
    private Activation activation = Activation.RELU;
    private boolean validates;
    private boolean guesses;
    private int firstBroken = Integer.MAX_VALUE;
    private int everyBroken = 1;
    private boolean protects;
    private boolean stops;
    private String worker = "worker";

    Training until(int end) {
      iterations = end;
      return this;
    }

    Training validating() {
      validates = true;
      return this;
    }

    Training randomLabels() {
      guesses = true;
      return this;
    }

    /** Protected, with NaN in a row of some minibatches. */
    Training broken(int first, int every, int end) {
      protects = true;
      firstBroken = first;
      everyBroken = every;
      return until(end);
    }

    /** By a policy that stops after some skipped steps, as the default one does not. */
    Training stopping() {
      stops = true;
      return this;
    }

    Training deep() {
      hidden = 12;
      activation = Activation.SIGMOID;
      return this;
    }

    Training worker(String name) {
      worker = name;
      return this;
    }

    private boolean isBroken(int iteration) {
      return iteration >= firstBroken && (iteration - firstBroken) % everyBroken == 0;
    }
  }

  private static List<DataSet> minibatches(long seed, boolean guesses) {
    Random random = new Random(seed);
    List<DataSet> all = new ArrayList<>();
    for (int i = 0; i < MINIBATCHES; i++) {
      INDArray features = Nd4j.create(EXAMPLES, FEATURES);
      INDArray labels = Nd4j.create(EXAMPLES, CLASSES);
      for (int row = 0; row < EXAMPLES; row++) {
        int group = random.nextInt(CLASSES);
        for (int column = 0; column < FEATURES; column++) {
          features.putScalar(
              row, column, random.nextGaussian() + (column % CLASSES == group ? 2 : 0));
        }
        labels.putScalar(row, guesses ? random.nextInt(CLASSES) : group, 1);
      }
      all.add(new DataSet(features, labels));
    }
    return all;
  }

  private static void trainUntilStopped(StatsStorage storage, Training training) {
    try {
      train(storage, "stopped", training);
    } catch (TrainingStoppedException expected) {
      return;
    }
    throw new AssertionError("the run was not stopped");
  }

  private static void train(StatsStorage storage, String session, Training training) {
    TrainingHealthListenerBuilder builder =
        TrainingHealthListener.builder(storage).sessionId(session).workerId(training.worker);
    if (training.stops) {
      builder.protecting(
          ProtectionSettings.builder().policy(StoppingPolicy.afterSkips(20)).build());
    } else if (training.protects) {
      builder.protecting();
    }
    if (training.validates) {
      List<DataSet> heldOut = DataSet.merge(minibatches(2, training.guesses)).asList();
      builder.validationData(new ListDataSetIterator<>(heldOut, EXAMPLES));
    }
    IterationClock clock = new IterationClock();
    try (TrainingHealthListener health = clock.build(builder)) {
      MultiLayerNetwork network = network(training);
      network.setListeners(health, clock);
      List<DataSet> minibatches = minibatches(1, training.guesses);
      for (int i = 0; i < training.iterations; i += MINIBATCHES) {
        network.fit(epoch(minibatches, training, i));
      }
    }
  }

  private static DataSetIterator epoch(List<DataSet> minibatches, Training training, int from) {
    List<DataSet> epoch = new ArrayList<>();
    for (int i = from; i < Math.min(from + MINIBATCHES, training.iterations); i++) {
      DataSet minibatch = minibatches.get(i % MINIBATCHES).copy();
      if (training.isBroken(i)) {
        minibatch.getFeatures().putScalar(3, 2, Float.NaN);
      }
      epoch.add(minibatch);
    }
    return new ExistingDataSetIterator(epoch);
  }

  private static MultiLayerNetwork network(Training training) {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(new Adam(training.guesses ? 1e-2 : 3e-3))
            .activation(training.activation)
            .list();
    for (int i = 0; i < training.hidden; i++) {
      layers.layer(new DenseLayer.Builder().nOut(32).build());
    }
    layers.layer(output()).setInputType(InputType.feedForward(FEATURES));
    MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
    network.init();
    return network;
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static void trainGraph(StatsStorage storage) {
    ComputationGraphConfiguration.GraphBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(new Adam(3e-3))
            .activation(Activation.RELU)
            .graphBuilder()
            .addInputs("in")
            .addLayer("embed", new DenseLayer.Builder().nOut(16).build(), "in");
    String last = "embed";
    for (int block = 1; block <= 3; block++) {
      String layer = "block" + block;
      layers
          .addLayer(layer, new DenseLayer.Builder().nOut(16).build(), last)
          .addVertex("add" + block, new ElementWiseVertex(ElementWiseVertex.Op.Add), layer, last);
      last = "add" + block;
    }
    layers
        .addLayer("out", output(), last)
        .setOutputs("out")
        .setInputTypes(InputType.feedForward(FEATURES));
    ComputationGraph graph = new ComputationGraph(layers.build());
    graph.init();
    IterationClock clock = new IterationClock();
    try (TrainingHealthListener health =
        clock.build(TrainingHealthListener.builder(storage).sessionId("graph"))) {
      graph.setListeners(health, clock);
      List<DataSet> minibatches = minibatches(1, false);
      for (int epoch = 0; epoch < 40; epoch++) {
        graph.fit(new ExistingDataSetIterator(minibatches));
      }
    }
  }

  private static void simulate(StatsStorage storage, int count) {
    String[] names =
        IntStream.range(0, count)
            .mapToObj(i -> "encoder_block_" + i / 4 + "_attention_output_" + i)
            .toArray(String[]::new);
    SimulatedTraining training = new SimulatedTraining(storage, "layers", START, names);
    training.iterate(60);
    int dead = count * 2 / 3;
    training.diagnose(
        DiagnosisFixtures.diagnosis(
            0, Problem.DEAD_RELU, Severity.WARNING, dead, names[dead], 20, -1, -1, null));
  }
}
