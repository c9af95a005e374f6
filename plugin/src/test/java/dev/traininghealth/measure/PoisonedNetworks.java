package dev.traininghealth.measure;

import dev.traininghealth.Networks;
import java.util.List;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small networks in which numbers can grow without bound, and what makes them. */
final class PoisonedNetworks {
  private PoisonedNetworks() {}

  static MultiLayerNetwork network(
      LossFunction loss,
      Activation output,
      Activation hidden,
      @Nullable Double clip,
      DataType type) {
    return initialized(
        base(hidden, clip, type)
            .list()
            .layer(new DenseLayer.Builder().nOut(9).build())
            .layer(new DenseLayer.Builder().nOut(7).dropOut(0.8).build())
            .layer(output(loss, output))
            .setInputType(InputType.feedForward(6)));
  }

  static NeuralNetConfiguration.Builder base(
      Activation hidden, @Nullable Double clip, DataType type) {
    NeuralNetConfiguration.Builder builder =
        new NeuralNetConfiguration.Builder()
            .seed(42)
            .dataType(type)
            .updater(new Sgd(1e-3))
            .activation(hidden);
    return clip == null
        ? builder
        : builder
            .gradientNormalization(GradientNormalization.ClipElementWiseAbsoluteValue)
            .gradientNormalizationThreshold(clip);
  }

  static OutputLayer output(LossFunction loss, Activation activation) {
    return new OutputLayer.Builder(loss).nOut(3).activation(activation).build();
  }

  static MultiLayerNetwork initialized(MultiLayerConfiguration.Builder builder) {
    MultiLayerNetwork net = new MultiLayerNetwork(builder.build());
    net.init();
    return net;
  }

  static List<DataSet> data() {
    return Networks.MLP.data(DataType.FLOAT);
  }

  static DataSet scaled(DataSet batch, List<Integer> rows, double factor) {
    for (int row : rows) {
      batch.getFeatures().slice(row).muli(factor);
    }
    return batch;
  }
}
