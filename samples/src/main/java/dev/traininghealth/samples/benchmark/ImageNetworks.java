package dev.traininghealth.samples.benchmark;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;

/** Convolutional networks for images in ten classes; each is identical at each call. */
final class ImageNetworks {
  private static final int SMALL_SIDE = 28;
  private static final int COLOR_SIDE = 32;
  private static final int PHOTO_SIDE = 224;
  private static final int COLORS = 3;

  private ImageNetworks() {}

  /** LeNet, as in DL4J's examples. */
  static TrainedNetwork leNet() {
    return CommonSettings.initialized(
        CommonSettings.of(WeightInit.XAVIER)
            .list()
            .layer(convolution(5, 1, 20, Activation.IDENTITY))
            .layer(pooling())
            .layer(convolution(5, 1, 50, Activation.IDENTITY))
            .layer(pooling())
            .layer(new DenseLayer.Builder().nOut(500).activation(Activation.RELU).build())
            .layer(CommonSettings.classes(RandomData.CLASSES).build())
            .setInputType(InputType.convolutionalFlat(SMALL_SIDE, SMALL_SIDE, 1)));
  }

  /** Two convolutions for images of CIFAR's shape. */
  static TrainedNetwork small() {
    return CommonSettings.initialized(
        CommonSettings.of(WeightInit.RELU)
            .list()
            .layer(convolution(3, 1, 32, Activation.RELU))
            .layer(pooling())
            .layer(convolution(3, 1, 64, Activation.RELU))
            .layer(pooling())
            .layer(new DenseLayer.Builder().nOut(256).activation(Activation.RELU).build())
            .layer(CommonSettings.classes(RandomData.CLASSES).build())
            .setInputType(InputType.convolutional(COLOR_SIDE, COLOR_SIDE, COLORS)));
  }

  /** Minibatches of 19 MB, which show the cost of copying them. */
  static TrainedNetwork photos() {
    return CommonSettings.initialized(
        CommonSettings.of(WeightInit.RELU)
            .list()
            .layer(convolution(7, 4, 16, Activation.RELU))
            .layer(pooling())
            .layer(convolution(5, 2, 32, Activation.RELU))
            .layer(pooling())
            .layer(CommonSettings.classes(RandomData.CLASSES).build())
            .setInputType(InputType.convolutional(PHOTO_SIDE, PHOTO_SIDE, COLORS)));
  }

  /**
   * The graph of ResNet-18 for images of CIFAR's shape: eight residual blocks of two convolutions
   * with batch norm. Its first convolution has stride 2, and it has a quarter of the original's
   * channels (16 to 128), so that a step on one core takes less than a second.
   */
  static TrainedNetwork resNet18() {
    GraphBuilder graph =
        CommonSettings.of(WeightInit.RELU)
            .graphBuilder()
            .addInputs("input")
            .setInputTypes(InputType.convolutional(COLOR_SIDE, COLOR_SIDE, COLORS));
    String top = convolution(graph, "stem", "input", 3, 2, 16, Activation.RELU);
    int channels = 16;
    for (int stage = 1; stage <= 4; stage++) {
      int stride = stage == 1 ? 1 : 2;
      top = block(graph, "stage" + stage + "a", top, stride, channels, stage > 1);
      top = block(graph, "stage" + stage + "b", top, 1, channels, false);
      channels *= 2;
    }
    return CommonSettings.initialized(
        graph
            .addLayer("average", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), top)
            .addLayer("output", CommonSettings.classes(RandomData.CLASSES).build(), "average")
            .setOutputs("output"));
  }

  /** Adds a residual block; returns the name of its last vertex. */
  private static String block(
      GraphBuilder graph, String name, String input, int stride, int channels, boolean projected) {
    String first = convolution(graph, name + "1", input, 3, stride, channels, Activation.RELU);
    String second = convolution(graph, name + "2", first, 3, 1, channels, Activation.IDENTITY);
    String shortcut =
        projected
            ? convolution(graph, name + "p", input, 1, stride, channels, Activation.IDENTITY)
            : input;
    graph.addVertex(
        name + "sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), second, shortcut);
    graph.addLayer(name, new ActivationLayer(Activation.RELU), name + "sum");
    return name;
  }

  /** Adds a convolution with batch norm; returns the name of its last vertex. */
  private static String convolution(
      GraphBuilder graph,
      String name,
      String input,
      int kernel,
      int stride,
      int channels,
      Activation activation) {
    graph.addLayer(
        name,
        new ConvolutionLayer.Builder(kernel, kernel)
            .stride(stride, stride)
            .nOut(channels)
            .convolutionMode(ConvolutionMode.Same)
            .hasBias(false)
            .activation(Activation.IDENTITY)
            .build(),
        input);
    graph.addLayer(
        name + "norm", new BatchNormalization.Builder().activation(activation).build(), name);
    return name + "norm";
  }

  private static ConvolutionLayer convolution(
      int kernel, int stride, int channels, Activation activation) {
    return new ConvolutionLayer.Builder(kernel, kernel)
        .stride(stride, stride)
        .nOut(channels)
        .activation(activation)
        .build();
  }

  private static SubsamplingLayer pooling() {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
        .kernelSize(2, 2)
        .stride(2, 2)
        .build();
  }
}
