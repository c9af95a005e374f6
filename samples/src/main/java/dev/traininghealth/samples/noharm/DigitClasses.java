package dev.traininghealth.samples.noharm;

import dev.traininghealth.samples.corpus.DrawnDigits;
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
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Drawn digits instead of MNIST, which cannot be downloaded any longer. */
public final class DigitClasses {
  private static final int PIXELS = DrawnDigits.PIXELS * DrawnDigits.PIXELS;

  /** Pixels on each side of a glyph. */
  public static final int GLYPH = 20;

  private static final int CLASSES = 10;
  private static final int TRAINING_IMAGES = 8000;
  private static final int TEST_IMAGES = 1000;

  /** Accuracy of a run whose learning rate is lowered in time; at 1e-3 it is above 0.93. */
  private static final double TARGET = 0.85;

  private DigitClasses() {}

  static List<Setup> setups() {
    return List.of(
        new Setup(
            "digits-adam-0.001",
            "the digits with a learning rate that suits them",
            Measure.accuracy(),
            seed -> training(seed, perceptron(seed, new Adam(1e-3)), 32, 2000)),
        new Setup(
            "digits-adam-1",
            "a learning rate of 1 for Adam: a thousandth of it reads the digits",
            Measure.accuracy().withTarget(TARGET),
            seed -> training(seed, perceptron(seed, new Adam(1)), 32, 2000)),
        new Setup(
            "lenet-adam-0.3",
            "a learning rate of 0.3 for Adam: a hundredth of it reads the digits",
            Measure.accuracy().withTarget(TARGET),
            seed -> training(seed, leNet(seed, new Adam(0.3)), 32, 1000)),
        new Setup(
            "minibatch-1",
            "a learning rate meant for larger minibatches: learned, then lost again",
            Measure.accuracy(),
            DigitClasses::oneByOne),
        new Setup(
            "relu-cross-entropy",
            "ReLU outputs with cross-entropy: no learning rate helps",
            Measure.accuracy(),
            seed -> training(seed, reluOutput(seed), 32, 800)));
  }

  private static Training training(
      int seed, MultiLayerNetwork network, int minibatch, int iterations) {
    Random random = Draws.ofTraining(seed);
    Pool pool = new Pool(new DrawnDigits(random).minibatch(TRAINING_IMAGES), random);
    DataSet test = new DrawnDigits(Draws.ofTest()).minibatch(TEST_IMAGES);
    return new SupervisedTraining(
        network,
        iterations,
        i -> pool.minibatch(minibatch),
        trained -> Results.accuracy(trained, test));
  }

  /**
   * The usual LeNet, with 20 and 50 channels and 500 units, on images of 20 by 20. Alone its
   * accuracy is 0.32 to 0.55.
   */
  private static Training oneByOne(int seed) {
    MultiLayerNetwork network =
        Networks.initialized(
            Networks.settings(seed, Activation.RELU, new Nesterovs(0.01, 0.9))
                .weightInit(WeightInit.XAVIER)
                .list()
                .layer(Networks.convolution(5, 20))
                .layer(Networks.pooling())
                .layer(Networks.convolution(5, 50))
                .layer(Networks.pooling())
                .layer(Networks.dense(500))
                .layer(Networks.softmax(CLASSES))
                .setInputType(InputType.convolutionalFlat(GLYPH, GLYPH, 1)));
    Random random = Draws.ofTraining(seed);
    Pool pool = new Pool(glyphs(random, TRAINING_IMAGES), random);
    DataSet test = glyphs(Draws.ofTest(), TEST_IMAGES);
    return new SupervisedTraining(
        network, 1000, i -> pool.minibatch(1), trained -> Results.accuracy(trained, test));
  }

  /** The digits in the center of larger images. */
  public static DataSet glyphs(Random random, int size) {
    DataSet digits = new DrawnDigits(random).minibatch(size);
    int border = (GLYPH - DrawnDigits.PIXELS) / 2;
    INDArray pixels = digits.getFeatures().reshape(size, DrawnDigits.PIXELS, DrawnDigits.PIXELS);
    int[][] borders = {{0, 0}, {border, border}, {border, border}};
    return new DataSet(Nd4j.pad(pixels, borders).reshape(size, GLYPH * GLYPH), digits.getLabels());
  }

  private static MultiLayerNetwork perceptron(int seed, IUpdater updater) {
    return Networks.classifier(
        Networks.settings(seed, Activation.RELU, updater), PIXELS, CLASSES, 128, 64);
  }

  private static MultiLayerNetwork leNet(int seed, IUpdater updater) {
    return Networks.initialized(
        Networks.settings(seed, Activation.RELU, updater)
            .list()
            .layer(Networks.convolution(5, 6))
            .layer(Networks.pooling())
            .layer(Networks.convolution(3, 16))
            .layer(Networks.pooling())
            .layer(Networks.dense(64))
            .layer(Networks.softmax(CLASSES))
            .setInputType(InputType.convolutionalFlat(DrawnDigits.PIXELS, DrawnDigits.PIXELS, 1)));
  }

  /**
   * A network whose score is NaN from the first iteration on, because 0 · log 0 is. DL4J's gradient
   * is finite, because the derivative of a ReLU at 0 cuts it off, and the parameters stay finite.
   * In some seeds all outputs are positive after 100 iterations. The score is then negative and
   * falls, and the accuracy is that of chance.
   */
  private static MultiLayerNetwork reluOutput(int seed) {
    return Networks.initialized(
        Networks.settings(seed, Activation.RELU, new Adam(1e-3))
            .list()
            .layer(Networks.dense(64))
            .layer(
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nOut(CLASSES)
                    .activation(Activation.RELU)
                    .build())
            .validateOutputLayerConfig(false)
            .setInputType(InputType.feedForward(PIXELS)));
  }
}
