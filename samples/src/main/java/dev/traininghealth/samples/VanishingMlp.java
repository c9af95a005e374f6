package dev.traininghealth.samples;

import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Remedy;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.ui.api.UIServer;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Trains a network that is too deep for its sigmoids. The gradient hardly reaches the first of its
 * twelve hidden layers, and it does not learn. The listener diagnoses this and suggests changes; a
 * second network with these changes learns.
 *
 * <p>What to look at: the <b>depth profile</b> of both, which are workers of one session. The slope
 * of a sigmoid is at most a quarter, so that the gradient of the first network falls by a factor of
 * four or more per layer. With ReLUs and He initialization it keeps its size.
 */
public final class VanishingMlp {
  private static final int SEED = 42;
  private static final int HIDDEN_LAYERS = 12;
  private static final int UNITS = 32;
  private static final int MINIBATCH = 32;
  private static final int ITERATIONS = 400;
  private static final int LINES = 10;
  private static final int CLASSES = 3;
  private static final int TEST_POINTS = 1500;
  private static final int NEVER = Integer.MAX_VALUE;

  private static final String RELU = ".activation(Activation.RELU).weightInit(WeightInit.RELU)";
  private static final String BATCH_NORMALIZATION = ".layer(new BatchNormalization())";

  static final Sample SAMPLE =
      new Sample(
          """
          Usage: VanishingMlp [--iterations N] [--exit]
            --iterations N  of each network (default 400)
            --exit          end after training, instead of serving the page until Ctrl-C""",
          Set.of("--iterations N", "--exit"),
          VanishingMlp::run);

  private VanishingMlp() {}

  /** Runs the sample; see {@code --help}. */
  public static void main(String[] args) throws Exception {
    SAMPLE.start(args);
  }

  /**
   * The design of the hidden layers.
   *
   * @param relu whether they follow {@link #RELU} instead of having sigmoids
   * @param normalizedFrom the hidden layer from which on {@link #BATCH_NORMALIZATION} follows each,
   *     {@value #NEVER} for none
   */
  record Design(boolean relu, int normalizedFrom) {
    static final Design SIGMOIDS = new Design(false, NEVER);

    /** The design with all remedies that can be applied to the existing layers. */
    static Design following(Diagnosis diagnosis) {
      boolean relu = false;
      int normalizedFrom = NEVER;
      for (Remedy remedy : diagnosis.remedies()) {
        relu |= remedy.code().equals(RELU);
        if (remedy.code().equals(BATCH_NORMALIZATION)) {
          normalizedFrom = Math.max(0, diagnosis.layer());
        }
      }
      return new Design(relu, normalizedFrom);
    }

    String text() {
      return (relu ? RELU : "sigmoids as before")
          + (normalizedFrom == NEVER
              ? ""
              : " and "
                  + BATCH_NORMALIZATION
                  + " after hidden layers from "
                  + normalizedFrom
                  + " on");
    }
  }

  /** The result of training one network. */
  record Trained(List<Diagnosis> diagnoses, double accuracy) {
    @Nullable Diagnosis vanishing() {
      for (Diagnosis d : diagnoses) {
        if (d.problem().is(ProblemFamily.VANISHING) && d.isAlarm()) {
          return d;
        }
      }
      return null;
    }
  }

  private static void run(Arguments arguments, PrintStream console) throws Exception {
    int iterations = arguments.count("--iterations").orElse(ITERATIONS);
    StatsStorage storage = new InMemoryStatsStorage();
    UIServer ui = UIServer.getInstance();
    ui.attach(storage);
    console.println("Open " + Sample.address(ui));

    console.println();
    console.println(HIDDEN_LAYERS + " hidden layers of sigmoids:");
    Trained sigmoids = train(Design.SIGMOIDS, "sigmoids", iterations, storage, console);
    Diagnosis vanishing = sigmoids.vanishing();
    if (vanishing == null) {
      console.println("Nothing is diagnosed after so few iterations.");
    } else {
      console.println();
      print(vanishing, console);
      Design design = Design.following(vanishing);
      console.println();
      console.println("The same with " + design.text() + ", as its remedies say:");
      train(design, "with its remedies", iterations, storage, console);
    }
    Sample.finish(arguments, ui, console);
  }

  private static void print(Diagnosis diagnosis, PrintStream console) {
    console.println(
        "Diagnosed at iteration " + diagnosis.iteration() + ": " + diagnosis.sentence());
    int number = 1;
    for (Remedy remedy : diagnosis.remedies()) {
      console.println("  Remedy " + number++ + ": " + remedy.advice());
      console.println("      " + remedy.code());
    }
  }

  /** Trains a network as one worker of the session on the page. */
  static Trained train(
      Design design, String worker, int iterations, StatsStorage storage, PrintStream console) {
    Random random = new Random(SEED);
    List<DataSet> test = points(TEST_POINTS, random).batchBy(MINIBATCH);
    MultiLayerNetwork network = network(design);
    TrainingHealthListener health =
        TrainingHealthListener.builder(storage).sessionId("vanishing-mlp").workerId(worker).build();
    network.addListeners(health);
    int between = Math.max(1, iterations / LINES);
    for (int i = 1; i <= iterations; i++) {
      network.fit(points(MINIBATCH, random));
      if (i % between == 0) {
        console.printf(Locale.ROOT, "  iteration %4d   score %.3f%n", i, network.score());
      }
    }
    health.close();
    double accuracy = network.evaluate(new ExistingDataSetIterator(test)).accuracy();
    console.printf(Locale.ROOT, "  accuracy on unseen points: %.3f%n", accuracy);
    return new Trained(health.diagnoses(), accuracy);
  }

  static MultiLayerNetwork network(Design design) {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(SEED)
            .updater(new Nesterovs(0.02, 0.9))
            .weightInit(WeightInit.XAVIER)
            .activation(Activation.SIGMOID)
            .list();
    for (int i = 0; i < HIDDEN_LAYERS; i++) {
      DenseLayer.Builder hidden = new DenseLayer.Builder().nOut(UNITS);
      if (design.relu()) {
        hidden.activation(Activation.RELU).weightInit(WeightInit.RELU);
      }
      layers.layer(hidden.build());
      if (i >= design.normalizedFrom()) {
        layers.layer(new BatchNormalization());
      }
    }
    layers
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(CLASSES)
                .activation(Activation.SOFTMAX)
                .build())
        .setInputType(InputType.feedForward(2));
    MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
    network.init();
    return network;
  }

  /** Points of three intertwined spirals. */
  private static DataSet points(int count, Random random) {
    INDArray points = Nd4j.create(count, 2);
    INDArray labels = Nd4j.zeros(count, CLASSES);
    for (int i = 0; i < count; i++) {
      int arm = random.nextInt(CLASSES);
      double along = Math.sqrt(random.nextDouble());
      double turns = arm / (double) CLASSES + 0.6 * along;
      double angle = 2 * Math.PI * turns + 0.1 * random.nextGaussian();
      points.putScalar(i, 0, 2 * along * Math.cos(angle));
      points.putScalar(i, 1, 2 * along * Math.sin(angle));
      labels.putScalar(i, arm, 1);
    }
    return new DataSet(points, labels);
  }
}
