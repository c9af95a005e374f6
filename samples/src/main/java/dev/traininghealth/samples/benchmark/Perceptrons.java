package dev.traininghealth.samples.benchmark;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks of dense layers; each is identical at each call. */
final class Perceptrons {
  private Perceptrons() {}

  /** A network for images in ten classes, with this number of hidden layers and ReLUs in each. */
  static TrainedNetwork images(int layers, int units) {
    return images(layers, units, Activation.RELU);
  }

  /** The same with any activation function. */
  static TrainedNetwork images(int layers, int units, Activation activation) {
    int[] hidden = new int[layers];
    Arrays.fill(hidden, units);
    return classifier(RandomData.PIXELS, RandomData.CLASSES, activation, hidden);
  }

  /** A network of any shape with softmax. */
  static TrainedNetwork classifier(int inputs, int classes, Activation activation, int... hidden) {
    WeightInit init = activation == Activation.RELU ? WeightInit.RELU : WeightInit.XAVIER;
    NeuralNetConfiguration.ListBuilder list = CommonSettings.of(init).list();
    for (int units : hidden) {
      list.layer(new DenseLayer.Builder().nOut(units).activation(activation).build());
    }
    return CommonSettings.initialized(
        list.layer(CommonSettings.classes(classes).build())
            .setInputType(InputType.feedForward(inputs)));
  }

  /** The smallest network that learns exclusive or: 2-2-1 with tanh and sigmoid. */
  static TrainedNetwork xor() {
    return CommonSettings.initialized(
        CommonSettings.of(WeightInit.XAVIER)
            .list()
            .layer(new DenseLayer.Builder().nOut(2).activation(Activation.TANH).build())
            .layer(
                new OutputLayer.Builder(LossFunction.XENT)
                    .nOut(1)
                    .activation(Activation.SIGMOID)
                    .build())
            .setInputType(InputType.feedForward(2)));
  }
}
