package dev.traininghealth.samples.noharm;

import dev.traininghealth.samples.corpus.DrawnDigits;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Drawn digits, in place of MNIST, which nobody can download any longer. */
final class DigitClasses {
  private static final int PIXELS = DrawnDigits.PIXELS * DrawnDigits.PIXELS;
  private static final int CLASSES = 10;
  private static final int TRAINING_IMAGES = 8000;
  private static final int TEST_IMAGES = 1000;

  /** What a run reaches whose learning rate is lowered in time; at 1e-3 it is above 0.93. */
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
            seed -> training(seed, leNet(seed, new Nesterovs(0.01, 0.9)), 1, 1500)),
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
