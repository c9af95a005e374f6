package dev.traininghealth.samples.reported;

import dev.traininghealth.detect.Problem;
import dev.traininghealth.samples.corpus.DrawnDigits;
import dev.traininghealth.samples.noharm.DigitClasses;
import dev.traininghealth.samples.noharm.Draws;
import dev.traininghealth.samples.noharm.Images;
import dev.traininghealth.samples.noharm.Networks;
import dev.traininghealth.samples.reported.ObservedRun.Wanted;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;

/** Convolutional networks whose learning rate is too high. */
final class ConvolutionReports {
  private static final int SIDE = 16;
  private static final int CLASSES = 10;
  private static final int TRAINING_IMAGES = 1600;
  private static final int TEST_IMAGES = 500;

  private ConvolutionReports() {}

  static List<ReportedSetup> setups() {
    return List.of(
        ObservedRun.followed(
            "conv-regression",
            "a convolutional regression with Nesterovs(0.06, 0.9)",
            Wanted.alarm(Problem.DEAD_RELU, 400, ".updater(new Nesterovs("),
            seed -> spots(seed, 0.06),
            (seed, said) -> spots(seed, said.learningRate())),
        ObservedRun.followed(
            "lenet-of-one",
            "LeNet on minibatches of one image, at a rate for larger ones",
            Wanted.info(Problem.FEW_EXAMPLES, 1000, ""),
            seed -> glyphs(seed, 1, 1000),
            seed -> glyphs(seed, 32, 200)),
        ObservedRun.followed(
            "digits-adam",
            "LeNet on drawn digits with Adam(0.3)",
            Wanted.alarm(Problem.DEAD_RELU, 400, ".updater(new Adam(0.001))"),
            seed -> digits(seed, 0.3),
            (seed, said) -> digits(seed, said.learningRate())));
  }

  /** Finds the column of a bright spot. */
  static Scene spots(int seed, double rate) {
    Random random = Draws.ofTraining(seed);
    DataSet test = Images.spots(Draws.ofTest(), TEST_IMAGES, SIDE);
    MultiLayerNetwork network =
        leNet(
            Networks.settings(seed, Activation.RELU, new Nesterovs(rate, 0.9))
                .weightInit(WeightInit.XAVIER)
                .l2(5e-4),
            Networks.identity(1),
            InputType.convolutional(SIDE, SIDE, 1));
    return new Scene(
        network,
        400,
        i -> Images.spots(random, 16, SIDE),
        trained -> Scene.squaredError(trained, test));
  }

  /** The usual LeNet at a rate for minibatches of 64. */
  static Scene glyphs(int seed, int size, int iterations) {
    return classes(
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
                .setInputType(
                    InputType.convolutionalFlat(DigitClasses.GLYPH, DigitClasses.GLYPH, 1))),
        DigitClasses.glyphs(Draws.ofTraining(seed), TRAINING_IMAGES).batchBy(size),
        DigitClasses.glyphs(Draws.ofTest(), TEST_IMAGES),
        iterations);
  }

  static Scene digits(int seed, double rate) {
    return classes(
        leNet(
            Networks.settings(seed, Activation.RELU, new Adam(rate)),
            Networks.softmax(CLASSES),
            InputType.convolutionalFlat(DrawnDigits.PIXELS, DrawnDigits.PIXELS, 1)),
        new DrawnDigits(Draws.ofTraining(seed)).minibatch(TRAINING_IMAGES).batchBy(16),
        new DrawnDigits(Draws.ofTest()).minibatch(TEST_IMAGES),
        600);
  }

  private static Scene classes(
      MultiLayerNetwork network, List<DataSet> minibatches, DataSet test, int iterations) {
    return new Scene(
        network,
        iterations,
        i -> minibatches.get(i % minibatches.size()),
        trained -> Scene.wrongShare(trained, test));
  }

  /** A small LeNet. */
  private static MultiLayerNetwork leNet(
      NeuralNetConfiguration.Builder settings, OutputLayer output, InputType input) {
    return Networks.initialized(
        settings
            .list()
            .layer(Networks.convolution(5, 6))
            .layer(Networks.pooling())
            .layer(Networks.convolution(3, 12))
            .layer(Networks.pooling())
            .layer(Networks.dense(32))
            .layer(output)
            .setInputType(input));
  }
}
