package dev.traininghealth.reports;

import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Generated data and plain networks of the reported set-ups. */
final class ReportedData {
  static final int CLASSES = 10;

  private ReportedData() {}

  static NeuralNetConfiguration.Builder settings(int seed, IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .updater(updater)
        .activation(Activation.RELU)
        .weightInit(WeightInit.RELU);
  }

  /** A classifier with dense hidden layers and softmax. */
  static MultiLayerNetwork classifier(
      NeuralNetConfiguration.Builder settings, int inputs, int classes, int... hidden) {
    return stack(settings, inputs, classes, Activation.SOFTMAX, LossFunction.MCXENT, hidden);
  }

  /** A network with dense hidden layers and one linear output with a squared error. */
  static MultiLayerNetwork regression(
      NeuralNetConfiguration.Builder settings, int inputs, int... hidden) {
    return stack(settings, inputs, 1, Activation.IDENTITY, LossFunction.MSE, hidden);
  }

  static MultiLayerNetwork stack(
      NeuralNetConfiguration.Builder settings,
      int inputs,
      int outputs,
      Activation activation,
      LossFunction loss,
      int... hidden) {
    NeuralNetConfiguration.ListBuilder list = settings.list();
    for (int units : hidden) {
      list.layer(new DenseLayer.Builder().nOut(units).build());
    }
    return initialized(
        list.layer(new OutputLayer.Builder(loss).nOut(outputs).activation(activation).build())
            .validateOutputLayerConfig(false) // some reports are of just that
            .setInputType(InputType.feedForward(inputs)));
  }

  static MultiLayerNetwork initialized(MultiLayerConfiguration.Builder configuration) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration.build());
    network.init();
    return network;
  }

  static INDArray gaussian(Random random, int rows, int columns) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Nd4j.createFromArray(values).reshape(rows, columns);
  }

  static INDArray uniform(Random random, double low, double high, int... shape) {
    int length = 1;
    long[] dimensions = new long[shape.length];
    for (int i = 0; i < shape.length; i++) {
      length *= shape[i];
      dimensions[i] = shape[i];
    }
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (low + (high - low) * random.nextDouble());
    }
    return Nd4j.createFromArray(values).reshape(dimensions);
  }

  static INDArray oneHot(int[] labels, int classes) {
    INDArray all = Nd4j.zeros(labels.length, classes);
    for (int i = 0; i < labels.length; i++) {
      all.putScalar(i, labels[i], 1);
    }
    return all;
  }

  /** Random classes. */
  static int[] classes(Random random, int rows, int classes) {
    return random.ints(rows, 0, classes).toArray();
  }

  /** Ten classes around centers of N(0, spread). */
  static final class Gaussians {
    private final double[][] centers;
    private final Random random;

    Gaussians(int seed, int dimensions, double spread) {
      Random task = new Random(17);
      centers = new double[CLASSES][dimensions];
      for (double[] center : centers) {
        for (int i = 0; i < dimensions; i++) {
          center[i] = spread * task.nextGaussian();
        }
      }
      random = new Random(1000 + seed);
    }

    DataSet minibatch(int size, double noise) {
      return minibatch(classes(random, size, CLASSES), noise);
    }

    DataSet minibatch(int[] labels, double noise) {
      int dimensions = centers[0].length;
      float[] features = new float[labels.length * dimensions];
      for (int row = 0; row < labels.length; row++) {
        for (int i = 0; i < dimensions; i++) {
          features[row * dimensions + i] =
              (float) (centers[labels[row]][i] + noise * random.nextGaussian());
        }
      }
      return new DataSet(
          Nd4j.createFromArray(features).reshape(labels.length, dimensions),
          oneHot(labels, CLASSES));
    }
  }

  /** Features N(0, 1), labels offset + scale · w · x. */
  static DataSet linear(Random random, int rows, int columns, double offset, double scale) {
    Random task = new Random(17);
    INDArray features = gaussian(random, rows, columns);
    INDArray weights = gaussian(task, columns, 1);
    return new DataSet(features, features.mmul(weights).muli(scale).addi(offset));
  }

  static IntToDoubleFunction growingNoise() {
    return i -> 0.5 + 2 * Math.max(0, Math.min(1, (i - 1200) / 2500.0));
  }
}
