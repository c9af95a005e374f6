package dev.traininghealth.samples.noharm;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

/** Ten classes, each Gaussian around its own center, that a perceptron classifies. */
public final class GaussianClasses {
  private static final int CLASSES = 10;
  private static final int MINIBATCH = 32;
  private static final int TEST_EXAMPLES = 2000;

  private final double[][] centers;

  /**
   * Creates the classes, the same each time.
   *
   * @param dimensions number of features
   * @param spread standard deviation of each coordinate of the centers
   */
  public GaussianClasses(int dimensions, double spread) {
    Random random = Draws.ofTask();
    centers = new double[CLASSES][dimensions];
    for (double[] center : centers) {
      for (int i = 0; i < dimensions; i++) {
        center[i] = spread * random.nextGaussian();
      }
    }
  }

  static List<Setup> setups() {
    return List.of(
        new Setup(
            "harder-samples",
            "the noise of the examples grows: the score rises by design",
            Measure.accuracy(),
            seed -> changing(seed, GaussianClasses::growingNoise)),
        new Setup(
            "data-exchanged",
            "from iteration 2000 on the examples are noisier: the score jumps",
            Measure.accuracy(),
            seed -> changing(seed, iteration -> iteration < 2000 ? 0.5 : 2.5)),
        new Setup(
            "l2-too-high",
            "the penalty takes the weights: no learning rate helps",
            Measure.accuracy(),
            GaussianClasses::penalized),
        new Setup(
            "cosine-restarts",
            "a cosine learning-rate schedule that restarts every 600 iterations",
            Measure.accuracy(),
            GaussianClasses::restarting),
        new Setup(
            "dropout-validation",
            "dropout makes the training score higher than the validation score",
            Measure.accuracy(),
            GaussianClasses::dropout),
        new Setup(
            "random-labels",
            "labels without any rule that are learned by heart, after a long plateau",
            Measure.accuracy().named("training accuracy"),
            GaussianClasses::randomLabels));
  }

  private static double growingNoise(int iteration) {
    int start = 1200;
    int end = 3700;
    return 0.5 + 2 * Math.max(0, Math.min(1, (iteration - start) / (double) (end - start)));
  }

  private static Training changing(int seed, IntToDoubleFunction noise) {
    int iterations = 4500;
    GaussianClasses classes = new GaussianClasses(32, 1);
    DataSet test = classes.examples(Draws.ofTest(), TEST_EXAMPLES, 2.5);
    Random random = Draws.ofTraining(seed);
    return new SupervisedTraining(
        Networks.classifier(
            Networks.settings(seed, Activation.RELU, new Adam(1e-3)), 32, CLASSES, 64, 64),
        iterations,
        i -> classes.examples(random, MINIBATCH, noise.applyAsDouble(i)),
        network -> Results.accuracy(network, test));
  }

  private static Training penalized(int seed) {
    int iterations = 1500;
    GaussianClasses classes = new GaussianClasses(64, 0.6);
    DataSet test = classes.examples(Draws.ofTest(), TEST_EXAMPLES, 1);
    Random random = Draws.ofTraining(seed);
    return new SupervisedTraining(
        Networks.classifier(
            Networks.settings(seed, Activation.SIGMOID, new Sgd(0.05)).l2(1), 64, CLASSES, 30),
        iterations,
        i -> classes.examples(random, MINIBATCH, 1),
        network -> Results.accuracy(network, test));
  }

  private static Training restarting(int seed) {
    int iterations = 3000;
    double noise = 1.6;
    GaussianClasses classes = new GaussianClasses(40, 1);
    DataSet test = classes.examples(Draws.ofTest(), TEST_EXAMPLES, noise);
    Random random = Draws.ofTraining(seed);
    List<DataSet> minibatches = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      minibatches.add(classes.examples(random, MINIBATCH, noise));
    }
    return new SupervisedTraining(
        Networks.classifier(
            Networks.settings(
                seed, Activation.RELU, new Nesterovs(new CosineRestarts(0.1, 1e-5, 600), 0.9)),
            40,
            CLASSES,
            64,
            64),
        iterations,
        i -> minibatches.get(i % minibatches.size()),
        network -> Results.accuracy(network, test));
  }

  private static Training dropout(int seed) {
    GaussianClasses classes = new GaussianClasses(32, 0.5);
    Random random = Draws.ofTraining(seed);
    MultiLayerNetwork network =
        Networks.classifier(
            Networks.settings(seed, Activation.RELU, new Adam(1e-3)).dropOut(0.5),
            32,
            CLASSES,
            64,
            64);
    return new EpochTraining(
        network,
        classes.examples(random, 1024, 1),
        classes.examples(Draws.ofTest(), TEST_EXAMPLES, 1));
  }

  /**
   * With sigmoid units this takes thousands of iterations: the score falls slowly, but does fall.
   */
  private static Training randomLabels(int seed) {
    int iterations = 5000;
    Random random = Draws.ofTraining(seed);
    DataSet examples =
        new DataSet(Draws.gaussian(random, 256, 20), Draws.labels(random, 256, CLASSES));
    Pool pool = new Pool(examples, random);
    return new SupervisedTraining(
        Networks.classifier(
            Networks.settings(seed, Activation.SIGMOID, new Adam(1e-3)), 20, CLASSES, 64, 64),
        iterations,
        i -> pool.minibatch(MINIBATCH),
        network -> Results.accuracy(network, examples));
  }

  /** Examples of random classes, with this standard deviation around the centers. */
  public DataSet examples(Random random, int size, double noise) {
    int dimensions = centers[0].length;
    float[] features = new float[size * dimensions];
    INDArray labels = Nd4j.zeros(size, CLASSES);
    for (int row = 0; row < size; row++) {
      int label = random.nextInt(CLASSES);
      labels.putScalar(row, label, 1);
      for (int i = 0; i < dimensions; i++) {
        features[row * dimensions + i] =
            (float) (centers[label][i] + noise * random.nextGaussian());
      }
    }
    return new DataSet(Nd4j.createFromArray(features).reshape(size, dimensions), labels);
  }
}
