package dev.traininghealth.measure;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.traininghealth.Networks;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Silent units and saturation, as networks of DL4J's have them. */
class ActivationMeasuresTest {
  private final MeterListener listener = new MeterListener();

  @Test
  void shouldCountUnitsThatDiedBehindANegativeBias() {
    MultiLayerNetwork net =
        network(dense(Activation.RELU), new BatchNormalization(), dense(Activation.TANH));
    INDArray bias = net.getParam("0_b");
    bias.assign(1);
    bias.putScalar(2, -1e6).putScalar(7, -1e6);
    train(net);
    MeasurementWriter m = listener.measurement();
    assertThat(m.silentUnitFraction[0]).isEqualTo(2 / 10.0);
    assertThat(m.silentUnitFraction[1]).as("batch normalization").isNaN();
    assertThat(m.silentUnitFraction[2]).isZero();
  }

  @Test
  void shouldKnowTheFunctionOfAnActivationLayer() {
    MultiLayerNetwork net =
        network(
            dense(Activation.IDENTITY),
            new BatchNormalization(),
            new ActivationLayer(Activation.RELU),
            dense(Activation.TANH));
    net.getParam("1_gamma").putScalar(4, 0);
    net.getParam("1_beta").putScalar(4, -10);
    train(net);
    assertThat(listener.measurement().silentUnitFraction[2]).isEqualTo(1 / 10.0);
  }

  @Test
  void shouldSeeSaturationThroughTheDropoutThatFollows() {
    MultiLayerNetwork net =
        network(
            dense(Activation.SIGMOID),
            new DenseLayer.Builder().nOut(10).activation(Activation.SIGMOID).dropOut(0.5).build(),
            new DropoutLayer(0.25),
            dense(Activation.TANH));
    net.getParam("0_W").assign(0);
    net.getParam("0_b").assign(0);
    net.getParam("1_W").assign(0);
    net.getParam("1_b").assign(6);
    train(net);
    MeasurementWriter m = listener.measurement();
    assertThat(m.activationZeroFraction[0]).as("dropped in place").isCloseTo(0.5, within(0.2));
    assertThat(m.saturatedFraction[0]).as("sigmoid(0), halves and wholes seen").isZero();
    assertThat(m.saturatedFraction[1]).as("sigmoid(6)").isEqualTo(1);
    assertThat(m.saturatedFraction[2]).as("a dropout layer").isNaN();
    assertThat(m.silentUnitFraction[0]).isZero();
  }

  @Test
  void shouldSeeSaturationThroughTheDropoutOfAGraph() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Sgd(1e-12))
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.feedForward(6))
                .addLayer("one", dense(Activation.SIGMOID), "in")
                .addLayer("two", dropping(), "one")
                .addLayer("shared", dense(Activation.SIGMOID), "in")
                .addLayer("three", dropping(), "shared")
                .addLayer("four", dense(Activation.IDENTITY), "shared")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunction.MSE).nOut(3).build(),
                    "two",
                    "three",
                    "four")
                .setOutputs("out")
                .build());
    graph.init();
    graph.getParam("one_W").assign(0);
    graph.setListeners(listener);
    for (int i = 0; i < 30; i++) {
      graph.fit(data());
    }
    MeasurementWriter m = listener.measurement();
    NetworkLayout layout = requireNonNull(listener.meter.layout());
    for (NetworkLayout.Layer layer : layout.layers()) {
      int index = layout.layers().indexOf(layer);
      if (layer.name().equals("one")) {
        assertThat(m.saturatedFraction[index]).isZero();
      } else {
        assertThat(m.saturatedFraction[index]).as(layer.name()).isNaN();
      }
    }
  }

  @Test
  void shouldCountSaturatedTanhsOfANetwork() {
    MultiLayerNetwork net = Networks.LENET.create(new Sgd(1e-12), DataType.FLOAT);
    net.getParam("0_b").assign(0).putScalar(1, 30);
    net.getParam("0_W").muli(1e-3);
    train(net, Networks.LENET.data(DataType.FLOAT).get(0));
    MeasurementWriter m = listener.measurement();
    assertThat(m.saturatedFraction[0]).as("one channel of four").isEqualTo(0.25);
    assertThat(m.saturatedFraction[1]).as("batch normalization").isNaN();
    assertThat(m.saturatedFraction[2]).as("pooling").isNaN();
    assertThat(m.silentUnitFraction[0]).isZero();
  }

  @Test
  void shouldTakeAnLstmForNeither() {
    MultiLayerNetwork net = Networks.LSTM_TRUNCATED.create(new Sgd(0.1), DataType.FLOAT);
    train(net, Networks.LSTM_TRUNCATED.data(DataType.FLOAT).get(0));
    MeasurementWriter m = listener.measurement();
    assertThat(Measurement.isAbsent(m.saturatedFraction[0])).isTrue();
    assertThat(Measurement.isAbsent(m.silentUnitFraction[0])).isTrue();
    assertThat(m.activationRms[0]).isPositive();
  }

  private static DenseLayer dropping() {
    return new DenseLayer.Builder().nOut(10).activation(Activation.IDENTITY).dropOut(0.5).build();
  }

  private static DenseLayer dense(Activation activation) {
    return new DenseLayer.Builder().nOut(10).activation(activation).build();
  }

  private static MultiLayerNetwork network(Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().seed(3).updater(new Sgd(1e-12)).list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            list.layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nOut(3)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.feedForward(6))
                .build());
    net.init();
    return net;
  }

  /** Of both signs, so that no rectifier is silent by itself. */
  private static DataSet data() {
    INDArray features = Nd4j.create(DataType.FLOAT, 32, 6);
    Random random = new Random(5);
    for (int i = 0; i < features.length(); i++) {
      features.putScalar(i, random.nextGaussian());
    }
    return new DataSet(features, Nd4j.zeros(DataType.FLOAT, 32, 3));
  }

  private void train(MultiLayerNetwork net) {
    train(net, data());
  }

  private void train(MultiLayerNetwork net, DataSet data) {
    net.setListeners(listener);
    for (int i = 0; i < 60; i++) {
      net.fit(data);
    }
  }
}
