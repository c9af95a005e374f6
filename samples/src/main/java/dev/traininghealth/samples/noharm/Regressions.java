package dev.traininghealth.samples.noharm;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMixtureDensity;

/** Regressions on tabular data. */
final class Regressions {
  private static final int FEATURES = 8;
  private static final int MINIBATCH = 32;
  private static final int TEST_EXAMPLES = 2000;

  private Regressions() {}

  static List<Setup> setups() {
    return List.of(
        new Setup(
            "objective-changes",
            "a linear target that changes every 600 iterations: each is learned again",
            Measure.score().named("test squared error"),
            Regressions::changingObjective),
        new Setup(
            "large-targets",
            "targets of 500,000: the score is huge, and falls",
            Measure.score().named("test squared error"),
            Regressions::largeTargets),
        new Setup(
            "adam-too-long",
            "64 examples fitted to 1e-12, after which Adam lets the score rise again",
            Measure.score().named("training score"),
            Regressions::adamTooLong),
        new Setup(
            "adadelta",
            "sigmoid outputs that cannot reach their labels; AdaDelta has no learning rate",
            Measure.score().named("training score"),
            Regressions::adaDelta),
        new Setup(
            "mixture-density",
            "a density whose score falls below 0",
            Measure.score().named("test score"),
            Regressions::mixtureDensity));
  }

  /** Each phase is learned again; the last one ends at 0.10 to 0.17. */
  private static Training changingObjective(int seed) {
    int phase = 600;
    int phases = 4;
    double[] weights = weights();
    Random random = Draws.ofTraining(seed);
    DataSet test = phase(Draws.ofTest(), TEST_EXAMPLES, weights, phases - 1);
    MultiLayerNetwork network =
        Networks.regression(
            Networks.settings(seed, Activation.TANH, new Adam(3e-3)), FEATURES, 1, 32, 32);
    return new SupervisedTraining(
        network,
        phases * phase,
        i -> phase(random, MINIBATCH, weights, i / phase),
        trained -> Results.squaredError(trained, test));
  }

  /** Examples of a phase from 0 to 3; with y = w · x the labels are y, −3y + 4, y + 8, −3y + 12. */
  private static DataSet phase(Random random, int size, double[] weights, int phase) {
    return linear(random, size, weights, 4 * phase, phase % 2 == 0 ? 1 : -3);
  }

  /**
   * A run whose score falls all the time and is far from its end after these iterations: 1.5e10 to
   * 1.7e10, with a variance of the labels of 2e10.
   */
  private static Training largeTargets(int seed) {
    int iterations = 3750;
    double[] weights = weights();
    Random random = Draws.ofTraining(seed);
    DataSet test = linear(Draws.ofTest(), TEST_EXAMPLES, weights, 500_000, 50_000);
    MultiLayerNetwork network =
        Networks.regression(
            Networks.settings(seed, Activation.RELU, new Adam(1e-3)).weightInit(WeightInit.XAVIER),
            FEATURES,
            1,
            64,
            64);
    return new SupervisedTraining(
        network,
        iterations,
        i -> linear(random, MINIBATCH, weights, 500_000, 50_000),
        trained -> Results.squaredError(trained, test));
  }

  /** Random weights, scaled to the mean length of weights of N(0, 1). */
  private static double[] weights() {
    Random random = Draws.ofTask();
    double[] weights = random.doubles(FEATURES).map(ignored -> random.nextGaussian()).toArray();
    double squares = Arrays.stream(weights).map(w -> w * w).sum();
    return Arrays.stream(weights).map(w -> w * Math.sqrt(FEATURES / squares)).toArray();
  }

  /** Features N(0, 1); labels offset + scale · w · x. */
  private static DataSet linear(
      Random random, int size, double[] weights, double offset, double scale) {
    INDArray features = Draws.gaussian(random, size, weights.length);
    INDArray column = Nd4j.createFromArray(weights).castTo(features.dataType()).reshape(-1, 1);
    return new DataSet(features, features.mmul(column).muli(scale).addi(offset));
  }

  private static Training adamTooLong(int seed) {
    int iterations = 4500;
    int examples = 64;
    int features = 1000;
    Random random = Draws.ofTraining(seed);
    DataSet all =
        new DataSet(
            Draws.gaussian(random, examples, features), Draws.gaussian(random, examples, 1));
    MultiLayerNetwork network =
        Networks.regression(
            Networks.settings(seed, Activation.IDENTITY, new Adam(1e-3)).miniBatch(false),
            features,
            1);
    return new SupervisedTraining(
        network, iterations, i -> all, trained -> Results.squaredError(trained, all));
  }

  private static Training adaDelta(int seed) {
    int iterations = 3000;
    INDArray rows = Nd4j.tile(Nd4j.createFromArray(new float[][] {{1, 2, 3}}), 9, 1);
    DataSet all = new DataSet(rows, rows);
    List<DataSet> minibatches = all.batchBy(4);
    MultiLayerNetwork network =
        Networks.initialized(
            Networks.settings(seed, Activation.RELU, new AdaDelta())
                .list()
                .layer(Networks.dense(3))
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nOut(3)
                        .activation(Activation.SIGMOID)
                        .build())
                .setInputType(InputType.feedForward(3)));
    return new SupervisedTraining(
        network,
        iterations,
        i -> minibatches.get(i % minibatches.size()),
        trained -> Results.squaredError(trained, all));
  }

  private static Training mixtureDensity(int seed) {
    int iterations = 3000;
    int gaussians = 3;
    Random random = Draws.ofTraining(seed);
    DataSet test = waves(Draws.ofTest(), TEST_EXAMPLES);
    MultiLayerNetwork network =
        Networks.initialized(
            Networks.settings(seed, Activation.TANH, new Adam(2e-3))
                .list()
                .layer(Networks.dense(32))
                .layer(
                    new OutputLayer.Builder(
                            LossMixtureDensity.builder().gaussians(gaussians).labelWidth(1).build())
                        .nOut(3 * gaussians)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.feedForward(1)));
    return new SupervisedTraining(
        network,
        iterations,
        i -> waves(random, MINIBATCH),
        trained -> Results.score(trained, test));
  }

  /** A narrow wave: its density is far above 1. */
  private static DataSet waves(Random random, int size) {
    float[] x = new float[size];
    float[] y = new float[size];
    for (int i = 0; i < size; i++) {
      x[i] = (float) (2 * random.nextDouble() - 1);
      y[i] = (float) (0.5 * Math.sin(3 * x[i]) + 0.03 * random.nextGaussian());
    }
    return new DataSet(
        Nd4j.createFromArray(x).reshape(size, 1), Nd4j.createFromArray(y).reshape(size, 1));
  }
}
