package dev.traininghealth.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.Networks;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What measuring frees is its own. */
class ReleasedPassTest {
  /** Identity returns the very array that it is given: the user's features. */
  @Test
  void shouldLeaveTheUsersDataWhereTheNetworkReturnsIt() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new Sgd(0.1))
                .list()
                .layer(new DenseLayer.Builder().nOut(6).activation(Activation.IDENTITY).build())
                .layer(new ActivationLayer.Builder().activation(Activation.IDENTITY).build())
                .layer(
                    new LossLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).build())
                .setInputType(InputType.feedForward(6))
                .build());
    net.init();
    MeterListener listener = new MeterListener();
    net.setListeners(listener);
    DataSet data = Networks.MLP.data(DataType.FLOAT).get(0);
    data.setLabels(data.getFeatures());
    for (int i = 0; i < 60; i++) {
      net.fit(data);
    }
    assertThat(listener.measurement().comparisonIteration).isPositive();
    listener.meter.release();
    assertThat(List.of(data.getFeatures(), data.getLabels())).noneMatch(INDArray::wasClosed);
    assertThat(net.params().wasClosed()).isFalse();
  }
}
