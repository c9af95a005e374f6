package dev.traininghealth.samples.noharm;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Common parts of the networks of several set-ups. */
public final class Networks {
  private Networks() {}

  /** Settings with the initialization that suits the activation of the hidden layers. */
  public static NeuralNetConfiguration.Builder settings(
      int seed, Activation activation, IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .weightInit(activation == Activation.RELU ? WeightInit.RELU : WeightInit.XAVIER)
        .activation(activation)
        .updater(updater);
  }

  /** A dense layer. */
  public static DenseLayer dense(int units) {
    return new DenseLayer.Builder().nOut(units).build();
  }

  private static ListBuilder hidden(NeuralNetConfiguration.Builder settings, int... units) {
    ListBuilder list = settings.list();
    for (int n : units) {
      list = list.layer(dense(n));
    }
    return list;
  }

  /** A perceptron that classifies. */
  public static MultiLayerNetwork classifier(
      NeuralNetConfiguration.Builder settings, int inputs, int classes, int... hidden) {
    return initialized(
        hidden(settings, hidden)
            .layer(softmax(classes))
            .setInputType(InputType.feedForward(inputs)));
  }

  /** A perceptron with an output layer that need not suit it. */
  public static MultiLayerNetwork stack(
      NeuralNetConfiguration.Builder settings, int inputs, OutputLayer output, int... hidden) {
    return initialized(
        hidden(settings, hidden)
            .layer(output)
            .validateOutputLayerConfig(false)
            .setInputType(InputType.feedForward(inputs)));
  }

  /** A perceptron with identity outputs and the mean squared error. */
  public static MultiLayerNetwork regression(
      NeuralNetConfiguration.Builder settings, int inputs, int outputs, int... hidden) {
    return initialized(
        hidden(settings, hidden)
            .layer(identity(outputs))
            .setInputType(InputType.feedForward(inputs)));
  }

  /** The output of a classifier. */
  public static OutputLayer softmax(int classes) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(classes)
        .activation(Activation.SOFTMAX)
        .build();
  }

  /** The output of a regression. */
  public static OutputLayer identity(int outputs) {
    return new OutputLayer.Builder(LossFunction.MSE)
        .nOut(outputs)
        .activation(Activation.IDENTITY)
        .build();
  }

  /** A convolution with a square kernel. */
  public static ConvolutionLayer convolution(int size, int channels) {
    return new ConvolutionLayer.Builder(size, size).nOut(channels).build();
  }

  /** Maximum pooling of 2 by 2. */
  public static SubsamplingLayer pooling() {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
        .kernelSize(2, 2)
        .stride(2, 2)
        .build();
  }

  /** The initialized network of these layers. */
  public static MultiLayerNetwork initialized(ListBuilder layers) {
    MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
    network.init();
    return network;
  }
}
