package dev.traininghealth.samples.benchmark;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The networks that are trained, each as DL4J's users build it: FLOAT, Adam and minibatches of 32.
 * The examples are random images in ten classes, of 28 × 28 pixels except where the name differs,
 * or random texts of 50 characters out of 64.
 */
enum Workload {
  MLP_3X256("MLP 3×256") {
    @Override
    MultiLayerNetwork network() {
      return perceptron(3, 256);
    }
  },
  MLP_20X128("MLP 20×128") {
    @Override
    MultiLayerNetwork network() {
      return perceptron(20, 128);
    }
  },
  MLP_4X1024("MLP 4×1024") {
    @Override
    MultiLayerNetwork network() {
      return perceptron(4, 1024);
    }
  },
  LENET("LeNet") {
    @Override
    MultiLayerNetwork network() {
      return initialized(
          settings(WeightInit.XAVIER)
              .list()
              .layer(convolution(20))
              .layer(pooling())
              .layer(convolution(50))
              .layer(pooling())
              .layer(new DenseLayer.Builder().nOut(500).activation(Activation.RELU).build())
              .layer(output())
              .setInputType(InputType.convolutionalFlat(SIDE, SIDE, 1)));
    }
  },
  LSTM_2X128("LSTM 2×128 × 50 steps") {
    @Override
    MultiLayerNetwork network() {
      return initialized(
          settings(WeightInit.XAVIER)
              .list()
              .layer(new LSTM.Builder().nOut(128).activation(Activation.TANH).build())
              .layer(new LSTM.Builder().nOut(128).activation(Activation.TANH).build())
              .layer(
                  new RnnOutputLayer.Builder(LossFunction.MCXENT)
                      .nOut(CHARACTERS)
                      .activation(Activation.SOFTMAX)
                      .build())
              .setInputType(InputType.recurrent(CHARACTERS, STEPS)));
    }

    @Override
    DataSet minibatch(Random random) {
      INDArray text = Nd4j.zeros(MINIBATCH, CHARACTERS, STEPS);
      INDArray next = Nd4j.zeros(MINIBATCH, CHARACTERS, STEPS);
      for (int example = 0; example < MINIBATCH; example++) {
        int character = random.nextInt(CHARACTERS);
        for (int step = 0; step < STEPS; step++) {
          text.putScalar(example, character, step, 1);
          character = random.nextInt(CHARACTERS);
          next.putScalar(example, character, step, 1);
        }
      }
      return new DataSet(text, next);
    }
  },
  CIFAR("CNN 3×32×32") {
    @Override
    MultiLayerNetwork network() {
      return initialized(
          settings(WeightInit.RELU)
              .list()
              .layer(colors(3, 1, 32))
              .layer(pooling())
              .layer(colors(3, 1, 64))
              .layer(pooling())
              .layer(new DenseLayer.Builder().nOut(256).activation(Activation.RELU).build())
              .layer(output())
              .setInputType(InputType.convolutional(32, 32, 3)));
    }

    @Override
    DataSet minibatch(Random random) {
      return new DataSet(Nd4j.rand(random, MINIBATCH, 3, 32, 32), classes(random));
    }
  },

  /** Minibatches of 19 MB, which show the cost of copying them. */
  PHOTOS("CNN 3×224×224") {
    @Override
    MultiLayerNetwork network() {
      return initialized(
          settings(WeightInit.RELU)
              .list()
              .layer(colors(7, 4, 16))
              .layer(pooling())
              .layer(colors(5, 2, 32))
              .layer(pooling())
              .layer(output())
              .setInputType(InputType.convolutional(224, 224, 3)));
    }

    @Override
    DataSet minibatch(Random random) {
      return new DataSet(Nd4j.rand(random, MINIBATCH, 3, 224, 224), classes(random));
    }

    @Override
    int count() {
      return 8;
    }
  };

  private static final int SEED = 20240607;
  private static final int MINIBATCH = 32;
  private static final int MINIBATCHES = 32;
  private static final int SIDE = 28;
  private static final int CLASSES = 10;
  private static final int CHARACTERS = 64;
  private static final int STEPS = 50;

  private final String title;

  Workload(String title) {
    this.title = title;
  }

  /** The name in the table. */
  String title() {
    return title;
  }

  /** A new network, identical at each call. */
  abstract MultiLayerNetwork network();

  /** Its minibatches, identical at each call. */
  final List<DataSet> minibatches() {
    Random random = Nd4j.getRandomFactory().getNewRandomInstance(SEED);
    List<DataSet> minibatches = new ArrayList<>();
    for (int i = 0; i < count(); i++) {
      minibatches.add(minibatch(random));
    }
    return minibatches;
  }

  /** Number of minibatches, which are used repeatedly. */
  int count() {
    return MINIBATCHES;
  }

  DataSet minibatch(Random random) {
    return new DataSet(Nd4j.rand(random, MINIBATCH, SIDE * SIDE), classes(random));
  }

  private static INDArray classes(Random random) {
    INDArray labels = Nd4j.zeros(MINIBATCH, CLASSES);
    for (int example = 0; example < MINIBATCH; example++) {
      labels.putScalar(example, random.nextInt(CLASSES), 1);
    }
    return labels;
  }

  /** A new network with this number of hidden layers and units, identical at each call. */
  static MultiLayerNetwork perceptron(int layers, int units) {
    NeuralNetConfiguration.ListBuilder list = settings(WeightInit.RELU).list();
    for (int i = 0; i < layers; i++) {
      list.layer(new DenseLayer.Builder().nOut(units).activation(Activation.RELU).build());
    }
    return initialized(list.layer(output()).setInputType(InputType.feedForward(SIDE * SIDE)));
  }

  private static NeuralNetConfiguration.Builder settings(WeightInit weightInit) {
    return new NeuralNetConfiguration.Builder()
        .seed(SEED)
        .weightInit(weightInit)
        .updater(new Adam(1e-3));
  }

  private static ConvolutionLayer convolution(int channels) {
    return new ConvolutionLayer.Builder(5, 5)
        .nOut(channels)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static ConvolutionLayer colors(int kernel, int stride, int channels) {
    return new ConvolutionLayer.Builder(kernel, kernel)
        .stride(stride, stride)
        .nOut(channels)
        .activation(Activation.RELU)
        .build();
  }

  private static SubsamplingLayer pooling() {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
        .kernelSize(2, 2)
        .stride(2, 2)
        .build();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.NEGATIVELOGLIKELIHOOD)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static MultiLayerNetwork initialized(NeuralNetConfiguration.ListBuilder configuration) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration.build());
    network.init();
    return network;
  }
}
