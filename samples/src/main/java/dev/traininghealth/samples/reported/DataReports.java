package dev.traininghealth.samples.reported;

import dev.traininghealth.detect.Problem;
import dev.traininghealth.samples.noharm.Draws;
import dev.traininghealth.samples.noharm.GaussianClasses;
import dev.traininghealth.samples.noharm.Networks;
import dev.traininghealth.samples.reported.ObservedRun.Wanted;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** Data that do not suit the network, and outputs that do not suit the labels. */
final class DataReports {
  private static final int EXAMPLES = 320;
  private static final int MINIBATCH = 32;
  private static final int CLASSES = 10;

  private DataReports() {}

  static List<ReportedSetup> setups() {
    return List.of(
        ObservedRun.followed(
            "labels-500000",
            "labels around 500,000, which Adam reaches by steps of its rate",
            Wanted.alarm(Problem.UNNORMALIZED_LABELS, 250, "fitLabel(true)"),
            seed -> regression(seed, new Adam(1e-3), largeLabels(seed), 300),
            seed ->
                regression(seed, new Adam(1e-3), Scene.normalized(largeLabels(seed), true), 300)),
        ObservedRun.followed(
            "raw-columns",
            "columns of up to 5,000, as of cars, with Sgd(0.01)",
            Wanted.alarm(Problem.LARGE_UPDATES, 5, "NormalizerStandardize"),
            seed -> regression(seed, new Sgd(0.01), rawColumns(seed), 200),
            seed ->
                regression(seed, new Sgd(0.01), Scene.normalized(rawColumns(seed), false), 200)),
        ObservedRun.followed(
            "features-of-a-hundred",
            "features of 0 to 100 into sigmoid units",
            Wanted.alarm(Problem.UNNORMALIZED_FEATURES, 48, "NormalizerStandardize"),
            seed -> comparison(seed, comparedFeatures(seed)),
            seed -> comparison(seed, Scene.normalized(comparedFeatures(seed), false))),
        ObservedRun.followed(
            "lstm-labels",
            "an LSTM with labels of 2,650 to 4,750",
            Wanted.alarm(Problem.UNNORMALIZED_LABELS, 250, "fitLabel(true)"),
            seed -> series(seed, seriesData(seed)),
            seed -> series(seed, Scene.normalized(seriesData(seed), true))),
        ObservedRun.followed(
            "relu-cross-entropy",
            "ReLU outputs under a cross-entropy, whose logarithm of 0 is NaN",
            Wanted.alarm(Problem.UNSUITABLE_OUTPUT, 0, "Activation.SOFTMAX"),
            seed -> classes(seed, Activation.RELU, LossFunction.MCXENT, classData(seed)),
            seed -> classes(seed, Activation.SOFTMAX, LossFunction.MCXENT, classData(seed))),
        ObservedRun.followed(
            "classes-from-one",
            "classes numbered from 1 in a sparse cross-entropy of as many units",
            Wanted.alarm(Problem.UNSUITABLE_LABELS, 0, ".nOut(numberOfClasses)"),
            seed ->
                classes(seed, Activation.SOFTMAX, LossFunction.SPARSE_MCXENT, numbered(seed, 1)),
            seed ->
                classes(seed, Activation.SOFTMAX, LossFunction.SPARSE_MCXENT, numbered(seed, 0))),
        ObservedRun.followed(
            "labels-beyond-sigmoid",
            "labels of 0 to 3 for sigmoid outputs, with AdaDelta",
            Wanted.alarm(Problem.UNSUITABLE_LABELS, 5, "Activation.IDENTITY"),
            seed -> toItself(seed, Activation.SIGMOID),
            seed -> toItself(seed, Activation.IDENTITY)),
        ObservedRun.followed(
            "budgets",
            "a column of budgets of up to 300 million, and ratings of 1 to 10",
            Wanted.alarm(Problem.UNNORMALIZED_FEATURES, 250, "NormalizerStandardize"),
            seed -> regression(seed, new Adam(1e-2), budgets(seed), 300),
            seed -> regression(seed, new Adam(1e-2), Scene.normalized(budgets(seed), false), 300)),
        ObservedRun.followed(
            "rare-class",
            "88 % of the labels of one class",
            Wanted.info(Problem.IMBALANCED_LABELS, 250, "new LossMCXENT("),
            seed -> rareClass(seed, new LossMCXENT()),
            seed -> rareClass(seed, new LossMCXENT(Nd4j.createFromArray(1f, 7f)))),
        ObservedRun.followed(
            "outlier-row",
            "a row of every 25th minibatch is 52 times too large",
            Wanted.info(Problem.OUTLYING_FEATURES, 100, "getRow(5)"),
            seed -> outliers(seed, 52),
            seed -> outliers(seed, 1)));
  }

  private static DataSet budgets(int seed) {
    DataSet data = linear(seed, 6, 5.5, 0.5);
    data.getFeatures().getColumn(0).muli(5e7).addi(1.5e8);
    return data;
  }

  /** Two classes that overlap; the error is the share of the rare class that is not found. */
  private static Scene rareClass(int seed, LossMCXENT loss) {
    Random random = Draws.ofTraining(seed);
    INDArray features = Draws.gaussian(random, EXAMPLES, 10);
    INDArray labels = Nd4j.zeros(EXAMPLES, 2);
    for (int row = 0; row < EXAMPLES; row++) {
      boolean isRare = random.nextDouble() < 0.12;
      labels.putScalar(row, isRare ? 1 : 0, 1);
      if (isRare) {
        features.getRow(row).addi(0.5);
      }
    }
    DataSet data = new DataSet(features, labels);
    MultiLayerNetwork network =
        Networks.stack(
            Networks.settings(seed, Activation.RELU, new Adam(1e-3)),
            10,
            new OutputLayer.Builder(loss).nOut(2).activation(Activation.SOFTMAX).build(),
            16);
    Scene scene = Scene.ofClasses(network, data, MINIBATCH, 300);
    return new Scene(network, 300, scene.minibatches(), trained -> missedShare(trained, data));
  }

  private static double missedShare(MultiLayerNetwork network, DataSet data) {
    INDArray rare = data.getLabels().getColumn(1);
    INDArray found = network.output(data.getFeatures()).argMax(1).castTo(rare.dataType());
    return 1 - found.mul(rare).sumNumber().doubleValue() / rare.sumNumber().doubleValue();
  }

  private static Scene outliers(int seed, double factor) {
    GaussianClasses classes = new GaussianClasses(64, 0.6);
    Random random = Draws.ofTraining(seed);
    DataSet test = classes.examples(Draws.ofTest(), 1000, 0.8);
    return new Scene(
        Networks.classifier(
            Networks.settings(seed, Activation.RELU, new Adam(1e-3)), 64, CLASSES, 64),
        400,
        i -> {
          DataSet minibatch = classes.examples(random, MINIBATCH, 0.8);
          if (i % 25 == 24) {
            minibatch.getFeatures().getRow(5).muli(factor);
          }
          return minibatch;
        },
        trained -> Scene.wrongShare(trained, test));
  }

  static Scene regression(int seed, IUpdater updater, DataSet data, int iterations) {
    return Scene.ofNumbers(
        Networks.regression(
            Networks.settings(seed, Activation.RELU, updater),
            data.getFeatures().columns(),
            1,
            MINIBATCH),
        data,
        MINIBATCH,
        iterations);
  }

  /** Features N(0, 1), labels offset + scale · w · x. */
  private static DataSet linear(int seed, int columns, double offset, double scale) {
    INDArray features = Draws.gaussian(Draws.ofTraining(seed), EXAMPLES, columns);
    INDArray weights = Draws.gaussian(Draws.ofTask(), columns, 1);
    return new DataSet(features, features.mmul(weights).muli(scale).addi(offset));
  }

  static DataSet largeLabels(int seed) {
    return linear(seed, 10, 5e5, 5e4);
  }

  static DataSet rawColumns(int seed) {
    INDArray scales = Nd4j.createFromArray(5000f, 8, 200, 12, 3000, 100);
    DataSet data = linear(seed, 6, 0, 1);
    data.getFeatures().muliRowVector(scales).addiRowVector(scales);
    return data;
  }

  private static INDArray uniform(Random random, int rows, int columns, double high) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (high * random.nextDouble());
    }
    return Nd4j.createFromArray(values).reshape(rows, columns);
  }

  /** The class says which of the first two features is larger. */
  private static DataSet comparedFeatures(int seed) {
    INDArray features = uniform(Draws.ofTraining(seed), EXAMPLES, 20, 100);
    INDArray labels = Nd4j.zeros(EXAMPLES, 2);
    for (int row = 0; row < EXAMPLES; row++) {
      boolean isFirst = features.getDouble(row, 0) > features.getDouble(row, 1);
      labels.putScalar(row, isFirst ? 1 : 0, 1);
    }
    return new DataSet(features, labels);
  }

  private static Scene comparison(int seed, DataSet data) {
    return Scene.ofClasses(
        Networks.classifier(
            Networks.settings(seed, Activation.SIGMOID, new Sgd(0.5)), 20, 2, MINIBATCH),
        data,
        MINIBATCH,
        400);
  }

  /** Series of one step. */
  private static DataSet seriesData(int seed) {
    int rows = 99;
    INDArray features = uniform(Draws.ofTraining(seed), rows, 2, 1);
    INDArray labels =
        features.getColumn(0).mul(1200).addi(features.getColumn(1).mul(900)).addi(2650);
    return new DataSet(features.reshape(rows, 2, 1), labels.reshape(rows, 1, 1));
  }

  private static Scene series(int seed, DataSet data) {
    NeuralNetConfiguration.ListBuilder layers =
        Networks.settings(seed, Activation.TANH, new Adam(1e-2))
            .list()
            .layer(new LSTM.Builder().nOut(16).activation(Activation.TANH).build())
            .layer(
                new RnnOutputLayer.Builder(LossFunction.MSE)
                    .nOut(1)
                    .activation(Activation.IDENTITY)
                    .build());
    layers.setInputType(InputType.recurrent(2));
    return Scene.ofNumbers(Networks.initialized(layers), data, 33, 400);
  }

  static DataSet classData(int seed) {
    return new GaussianClasses(16, 1).examples(Draws.ofTraining(seed), EXAMPLES, 0.5);
  }

  /** The same examples with the numbers of the classes as labels. */
  private static DataSet numbered(int seed, int first) {
    DataSet data = classData(seed);
    INDArray numbers = data.getLabels().argMax(1).castTo(data.getFeatures().dataType());
    return new DataSet(data.getFeatures(), numbers.addi(first).reshape(EXAMPLES, 1));
  }

  static Scene classes(int seed, Activation output, LossFunction loss, DataSet data) {
    MultiLayerNetwork network =
        Networks.stack(
            Networks.settings(seed, Activation.RELU, new Adam(1e-2)),
            16,
            new OutputLayer.Builder(loss).nOut(CLASSES).activation(output).build(),
            MINIBATCH);
    return Scene.ofClasses(network, data, MINIBATCH, 200);
  }

  static Scene toItself(int seed, Activation output) {
    INDArray rows = uniform(Draws.ofTraining(seed), 36, 3, 3);
    MultiLayerNetwork network =
        Networks.stack(
            Networks.settings(seed, Activation.RELU, new AdaDelta()),
            3,
            new OutputLayer.Builder(LossFunction.MSE).nOut(3).activation(output).build(),
            8);
    return Scene.ofNumbers(network, new DataSet(rows, rows.dup()), 36, 600);
  }
}
