package dev.traininghealth.samples.reported;

import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.samples.noharm.Draws;
import dev.traininghealth.samples.noharm.GaussianClasses;
import dev.traininghealth.samples.noharm.Networks;
import dev.traininghealth.samples.noharm.RingGan;
import dev.traininghealth.samples.reported.ObservedRun.Wanted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.deeplearning4j.nn.conf.distribution.UniformDistribution;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Updaters, learning rates and the order of examples, and healthy runs that look ill. */
final class TrainingReports {
  private static final int MINIBATCH = 32;

  private TrainingReports() {}

  static List<ReportedSetup> setups() {
    return List.of(
        ObservedRun.followed(
            "xor-sgd",
            "XOR, which Sgd(0.001) does not begin to learn",
            Wanted.alarm(Problem.SMALL_UPDATES, 250, ".updater(new Adam(0.01))"),
            seed -> exclusiveOr(seed, new Sgd(1e-3), 2000),
            seed -> exclusiveOr(seed, new Adam(0.01), 2000)),
        ObservedRun.followed(
            "sorted-examples",
            "each epoch sees the classes one after the other",
            Wanted.info(Problem.UNSHUFFLED_EXAMPLES, 64, "shuffle()"),
            seed -> ordered(seed, true),
            seed -> ordered(seed, false)),
        ObservedRun.followed(
            "xor-adam",
            "XOR with Adam(0.9)",
            Wanted.alarm(Problem.SATURATED_UNITS, 600, ".updater(new Adam("),
            seed -> exclusiveOr(seed, new Adam(0.9), 2000),
            (seed, said) -> exclusiveOr(seed, new Adam(said.learningRate()), 2000)),
        ObservedRun.followed(
            "adam-of-one",
            "Adam(1), three powers of ten above the usual rate",
            Wanted.alarm(Problem.DEAD_RELU, 300, ".updater(new Adam(0.001))"),
            seed -> perceptron(seed, new Adam(1), 0, Activation.RELU, 64, 64),
            seed -> perceptron(seed, new Adam(1e-3), 0, Activation.RELU, 64, 64)),
        ObservedRun.followed(
            "strong-penalty",
            "l2(1), which takes all weights",
            Wanted.alarm(Problem.COLLAPSING_WEIGHTS, 100, ".l2("),
            seed -> perceptron(seed, new Sgd(0.05), 1, Activation.SIGMOID, 30),
            seed -> perceptron(seed, new Sgd(0.05), 1e-4, Activation.SIGMOID, 30)),
        ObservedRun.followed(
            "sine",
            "a sine of two periods with Sgd(0.002) and large first weights",
            new Wanted(Problem.SMALL_UPDATES, Severity.WARNING, 1600, ".updater(new Adam(", 0.8),
            seed -> sine(seed, new Sgd(2e-3)),
            seed -> sine(seed, new Adam(1e-3))),
        ObservedRun.followed(
            "minibatch-of-one",
            "minibatches of one example at a rate for larger ones",
            new Wanted(Problem.FEW_EXAMPLES, Severity.INFO, 600, "", 1),
            seed -> singles(seed, 1),
            seed -> singles(seed, MINIBATCH)),
        ObservedRun.followed(
            "adam-too-long",
            "64 examples fitted to 1e-12, after which the score climbs under Adam",
            Wanted.info(Problem.DIVERGING_SCORE, 4500, "EarlyStoppingConfiguration"),
            TrainingReports::tooLong,
            seed -> new LowestScore(tooLong(seed)).scene()),
        ObservedRun.healthy(
            "harder-samples",
            "the noise of the examples grows: the score rises by design",
            seed -> changing(seed, i -> 0.5 + 2 * Math.max(0, Math.min(1, (i - 1200) / 2500.0)))),
        ObservedRun.healthy(
            "data-exchanged",
            "from iteration 2,000 on the examples are noisier: the score jumps",
            seed -> changing(seed, i -> i < 2000 ? 0.5 : 2.5)),
        ObservedRun.healthy(
            "late-start",
            "eight one-hot outputs with sigmoid units that start to learn late",
            TrainingReports::lateStart),
        new ReportedSetup(
            "gan-ring",
            "a GAN of points on a ring: each score depends on the other network",
            "no alarm on either network",
            TrainingReports::ring));
  }

  private static Outcome ring(int seed) {
    RingGan gan = new RingGan(seed);
    List<TrainingHealthListener> listeners = new ArrayList<>();
    for (MultiLayerNetwork network : gan.networks()) {
      TrainingHealthListener listener = ObservedRun.listener().build();
      network.setListeners(listener);
      listeners.add(listener);
    }
    gan.train();
    listeners.forEach(TrainingHealthListener::close);
    List<Diagnosis> diagnoses =
        listeners.stream().flatMap(listener -> listener.diagnoses().stream()).toList();
    return new ObservedRun(diagnoses, gan.measure()).withoutAlarm();
  }

  /** More weights than examples, whose labels are random. */
  private static Scene tooLong(int seed) {
    Random random = Draws.ofTraining(seed);
    int examples = 64;
    int features = 1000;
    DataSet data =
        new DataSet(
            Draws.gaussian(random, examples, features), Draws.gaussian(random, examples, 1));
    return Scene.ofNumbers(
        Networks.regression(
            Networks.settings(seed, Activation.IDENTITY, new Adam(1e-3)).miniBatch(false),
            features,
            1),
        data,
        examples,
        4500);
  }

  private static Scene exclusiveOr(int seed, IUpdater updater, int iterations) {
    DataSet data =
        new DataSet(
            Nd4j.createFromArray(new float[][] {{0, 0}, {0, 1}, {1, 0}, {1, 1}}),
            Nd4j.createFromArray(new float[][] {{0}, {1}, {1}, {0}}));
    return Scene.ofNumbers(
        Networks.stack(
            Networks.settings(seed, Activation.SIGMOID, updater),
            2,
            new OutputLayer.Builder(LossFunction.MSE)
                .nOut(1)
                .activation(Activation.SIGMOID)
                .build(),
            2,
            2),
        data,
        4,
        iterations);
  }

  static Scene perceptron(
      int seed, IUpdater updater, double l2, Activation activation, int... hidden) {
    DataSet data = new GaussianClasses(64, 0.6).examples(Draws.ofTraining(seed), 640, 1);
    return Scene.ofClasses(
        Networks.classifier(Networks.settings(seed, activation, updater).l2(l2), 64, 10, hidden),
        data,
        MINIBATCH,
        800);
  }

  private static Scene sine(int seed, IUpdater updater) {
    INDArray positions = Nd4j.linspace(DataType.FLOAT, -7.5, 15.0 / 299, 300).reshape(300, 1);
    DataSet data = new DataSet(positions, Transforms.sin(positions.mul(2), true));
    MultiLayerNetwork network =
        Networks.initialized(
            Networks.settings(seed, Activation.RELU, updater)
                .list()
                .layer(uniform(1, 200, 1))
                .layer(uniform(200, 200, 0.07))
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(200)
                        .nOut(1)
                        .weightInit(new UniformDistribution(-0.07, 0.07))
                        .activation(Activation.IDENTITY)
                        .build()));
    return Scene.ofNumbers(network, data, 300, 1800);
  }

  private static DenseLayer uniform(int inputs, int units, double limit) {
    return new DenseLayer.Builder()
        .nIn(inputs)
        .nOut(units)
        .weightInit(new UniformDistribution(-limit, limit))
        .build();
  }

  private static Scene singles(int seed, int size) {
    GaussianClasses classes = new GaussianClasses(32, 1);
    DataSet test = classes.examples(Draws.ofTest(), 1000, 1);
    Random random = Draws.ofTraining(seed);
    return new Scene(
        Networks.classifier(
            Networks.settings(seed, Activation.RELU, new Nesterovs(0.01, 0.9)), 32, 10, 32, 32),
        1000,
        i -> classes.examples(random, size, 1),
        trained -> Scene.wrongShare(trained, test));
  }

  private static Scene ordered(int seed, boolean isSorted) {
    DataSet data = new GaussianClasses(16, 0.6).examples(Draws.ofTraining(seed), 640, 1);
    if (isSorted) {
      List<DataSet> rows = new ArrayList<>(data.asList());
      rows.sort(Comparator.comparingInt(row -> row.getLabels().argMax(1).getInt(0)));
      data = DataSet.merge(rows);
    }
    return Scene.ofClasses(
        Networks.classifier(
            Networks.settings(seed, Activation.RELU, new Adam(1e-2)), 16, 10, MINIBATCH),
        data,
        16,
        400);
  }

  private static Scene changing(int seed, IntToDoubleFunction noise) {
    GaussianClasses classes = new GaussianClasses(32, 1);
    DataSet test = classes.examples(Draws.ofTest(), 2000, 2.5);
    Random random = Draws.ofTraining(seed);
    return new Scene(
        Networks.classifier(
            Networks.settings(seed, Activation.RELU, new Adam(1e-3)), 32, 10, 64, 64),
        4500,
        i -> classes.examples(random, MINIBATCH, noise.applyAsDouble(i)),
        trained -> Scene.wrongShare(trained, test));
  }

  private static Scene lateStart(int seed) {
    int bits = 8;
    Random random = Draws.ofTraining(seed);
    return new Scene(
        Networks.stack(
            Networks.settings(seed, Activation.SIGMOID, new Sgd(0.05)),
            bits,
            new OutputLayer.Builder(LossFunction.XENT)
                .nOut(bits)
                .activation(Activation.SIGMOID)
                .build(),
            16,
            16,
            16),
        4000,
        i -> {
          INDArray rows = Draws.labels(random, MINIBATCH, bits);
          return new DataSet(rows, rows.dup());
        },
        trained -> Scene.wrongShare(trained, new DataSet(Nd4j.eye(bits), Nd4j.eye(bits))));
  }
}
