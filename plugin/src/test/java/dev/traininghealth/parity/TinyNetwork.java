package dev.traininghealth.parity;

import java.util.List;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;

/** Creates networks of a few units, with the same weights at every call. */
final class TinyNetwork {
  private TinyNetwork() {}

  static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder()
        .seed(42)
        .dataType(DataType.FLOAT)
        .updater(new Adam(0.01))
        .weightInit(WeightInit.XAVIER)
        .activation(Activation.TANH)
        .l2(1e-3);
  }

  /** Creates a network of the layers, which it takes over, and the output layer of the shape. */
  static MultiLayerNetwork of(
      NeuralNetConfiguration.Builder base, Shape shape, List<Layer> layers) {
    NeuralNetConfiguration.ListBuilder list = base.list();
    layers.forEach(list::layer);
    Layer output = shape.output();
    if (output != null) {
      list.layer(output);
    }
    if (shape.isTruncated()) {
      list.backpropType(BackpropType.TruncatedBPTT).tBPTTLength(4);
    }
    MultiLayerNetwork net = new MultiLayerNetwork(list.setInputType(shape.input()).build());
    net.init();
    return net;
  }

  static Layer dense() {
    return new DenseLayer.Builder().nOut(7).activation(Activation.RELU).build();
  }
}
