package dev.traininghealth.samples.corpus;

import java.util.Locale;
import java.util.Random;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
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
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.CycleSchedule;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

/**
 * Networks that learn well, with dropout, each with another learning-rate schedule, and each on a
 * stream of examples that never repeats.
 */
enum HealthyNetwork {
  /** Two hidden layers of ReLUs classify a mixture of ten Gaussians; the rate falls in steps. */
  MLP(8, 4) {
    @Override
    MultiLayerNetwork network(int seed) {
      IUpdater updater =
          new Nesterovs(new StepSchedule(ScheduleType.ITERATION, 0.02, 0.5, 4000), 0.9);
      return initialized(
          settings(seed, WeightInit.RELU, updater)
              .l2(1e-4)
              .list()
              .layer(dense(64))
              .layer(dense(64))
              .layer(output())
              .setInputType(InputType.feedForward(ExampleStream.DIMENSIONS)));
    }

    @Override
    ExampleStream stream(Random random) {
      return ExampleStream.mixture(random);
    }
  },
  /** A small LeNet reads ten shifted, noisy shapes; the rate falls by a factor each iteration. */
  LENET(4, 3) {
    @Override
    MultiLayerNetwork network(int seed) {
      IUpdater updater = new Adam(new ExponentialSchedule(ScheduleType.ITERATION, 1e-3, 0.9999));
      return initialized(
          settings(seed, WeightInit.RELU, updater)
              .list()
              .layer(convolution(4))
              .layer(pooling())
              .layer(convolution(8))
              .layer(pooling())
              .layer(dense(32))
              .layer(output())
              .setInputType(
                  InputType.convolutionalFlat(ExampleStream.SIDE, ExampleStream.SIDE, 1)));
    }

    @Override
    ExampleStream stream(Random random) {
      return ExampleStream.images(random);
    }
  },
  /** An LSTM with truncated BPTT predicts the next of eight symbols; the rate rises and falls. */
  LSTM(4, 4) {
    @Override
    MultiLayerNetwork network(int seed) {
      IUpdater updater =
          new Adam(new CycleSchedule(ScheduleType.ITERATION, 5e-4, 5e-3, 4000, 400, 0.99));
      return initialized(
          settings(seed, WeightInit.XAVIER, updater)
              .list()
              .layer(new LSTM.Builder().nOut(24).activation(Activation.TANH).build())
              .layer(
                  new RnnOutputLayer.Builder(LossFunction.MCXENT)
                      .nOut(ExampleStream.SYMBOLS)
                      .activation(Activation.SOFTMAX)
                      .dropOut(RETAINED)
                      .build())
              .setInputType(InputType.recurrent(ExampleStream.SYMBOLS))
              .backpropType(BackpropType.TruncatedBPTT)
              .tBPTTLength(ExampleStream.STEPS / 2));
    }

    @Override
    ExampleStream stream(Random random) {
      return ExampleStream.symbols(random);
    }
  };

  /** Share that dropout keeps. */
  private static final double RETAINED = 0.9;

  private final int minBatchSize;
  private final int batchSizes;

  /** Creates a network with this number of batch sizes, each twice the one before. */
  HealthyNetwork(int minBatchSize, int batchSizes) {
    this.minBatchSize = minBatchSize;
    this.batchSizes = batchSizes;
  }

  /** A random batch size for the next minibatch. */
  int batch(Random random) {
    return minBatchSize << random.nextInt(batchSizes);
  }

  /** A new, untrained network. */
  abstract MultiLayerNetwork network(int seed);

  /** The examples that it learns from. */
  abstract ExampleStream stream(Random random);

  /** The name in tables and in the JSON. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static NeuralNetConfiguration.Builder settings(
      int seed, WeightInit weightInit, IUpdater updater) {
    return new NeuralNetConfiguration.Builder().seed(seed).weightInit(weightInit).updater(updater);
  }

  private static DenseLayer dense(int units) {
    return new DenseLayer.Builder().nOut(units).activation(Activation.RELU).build();
  }

  private static ConvolutionLayer convolution(int channels) {
    return new ConvolutionLayer.Builder(5, 5).nOut(channels).activation(Activation.RELU).build();
  }

  private static SubsamplingLayer pooling() {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
        .kernelSize(2, 2)
        .stride(2, 2)
        .build();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(ExampleStream.CLASSES)
        .activation(Activation.SOFTMAX)
        .dropOut(RETAINED)
        .build();
  }

  private static MultiLayerNetwork initialized(MultiLayerConfiguration.Builder configuration) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration.build());
    network.init();
    return network;
  }
}
