package dev.traininghealth.intervene.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.traininghealth.Networks;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The effect of clipping on the training of real networks. */
class ClippedTrainingTest {
  /** Examples in the second minibatch of the networks, by which DL4J divides the gradient. */
  static final double SUM = 5;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldClampTheMeanOverTheMinibatch(boolean miniBatch) {
    ClippingListener listener = new ClippingListener(false, g -> g.clamp(0.01));
    MultiLayerNetwork net = dense(DataType.DOUBLE, miniBatch);
    net.setListeners(listener);
    net.fit(Networks.MLP.data(DataType.DOUBLE).get(1));

    double limit = miniBatch ? 0.01 * SUM : 0.01;
    int clamped = 0;
    for (String key : listener.before.keySet()) {
      double[] before = ClippingListener.elements(listener.before(key));
      double[] after = ClippingListener.elements(listener.after(key));
      for (int i = 0; i < before.length; i++) {
        assertThat(after[i]).isCloseTo(Math.max(-limit, Math.min(limit, before[i])), within(1e-15));
        clamped += after[i] != before[i] ? 1 : 0;
      }
      double divisor = miniBatch ? SUM : 1;
      assertThat(listener.gradient().norm(listener.parameter(key)))
          .isCloseTo(ClippingListener.norm(listener.after(key)) / divisor, withPercentage(1e-6));
    }
    assertThat(clamped).isPositive();
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void shouldPassTheClippedGradientToTheUpdater(DataType type) {
    ClippingListener listener = new ClippingListener(false, g -> g.scaleAll(0.25));
    MultiLayerNetwork net = dense(type, true);
    Map<String, INDArray> weights = ClippingListener.copies(net.paramTable());
    net.setListeners(listener);
    net.fit(Networks.MLP.data(type).get(1));

    weights.forEach(
        (key, before) -> {
          INDArray expected = before.sub(listener.before(key).mul(0.25 * 0.1 / SUM));
          assertThat(net.getParam(key).equalsWithEps(expected, 1e-6)).as(key).isTrue();
          assertThat(net.getParam(key).equalsWithEps(before, 1e-6)).as(key).isFalse();
        });
  }

  @Test
  void shouldNotChangeFrozenLayers() {
    MultiLayerNetwork trained = dense(DataType.FLOAT, true);
    MultiLayerNetwork net =
        new TransferLearning.Builder(trained)
            .fineTuneConfiguration(
                new FineTuneConfiguration.Builder().updater(new Sgd(0.1)).build())
            .setFeatureExtractor(0)
            .build();
    INDArray frozen = net.getParam("0_W").dup();
    ClippingListener listener =
        new ClippingListener(
            false,
            g -> {
              g.scaleAll(0.5);
              g.scaleLayer(0, 0.5);
              g.clamp(1e-6);
            });
    net.setListeners(listener);
    net.fit(Networks.MLP.data(DataType.FLOAT).get(1));

    EditedGradient gradient = listener.gradient();
    assertThat(net.getParam("0_W")).isEqualTo(frozen);
    assertThat(gradient.isClippable(0)).isFalse();
    assertThat(gradient.layerNorm(0)).isZero();
    assertThat(gradient.hasClipped()).isTrue();
    double[] unit = {0.5};
    assertThatThrownBy(() -> gradient.scaleUnits(0, unit)).hasMessageContaining("0_W");
    assertThatThrownBy(() -> gradient.unitNorms(0)).hasMessageContaining("0_W");
    assertThatThrownBy(() -> gradient.weightUnitNorms(0)).hasMessageContaining("0_W");
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void shouldScaleAGraphWithUnderscoresInNames(DataType type) {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(42)
                .dataType(type)
                .updater(new Sgd(0.1))
                .graphBuilder()
                .addInputs("in")
                .addLayer("first_W", new DenseLayer.Builder().nIn(6).nOut(4).build(), "in")
                .addLayer("out", output(4), "first_W")
                .setOutputs("out")
                .build());
    graph.init();
    Map<String, INDArray> weights = ClippingListener.copies(graph.paramTable());
    ClippingListener listener = new ClippingListener(false, g -> g.scaleLayer(0, 0.5));
    graph.setListeners(listener);
    graph.fit(Networks.MLP.data(type).get(1));

    assertThat(listener.gradient().isOutput(1)).isTrue();
    weights.forEach(
        (key, before) -> {
          double factor = key.startsWith("first_W") ? 0.5 : 1;
          INDArray expected = before.sub(listener.before(key).mul(factor * 0.1 / SUM));
          assertThat(graph.getParam(key).equalsWithEps(expected, 1e-6)).as(key).isTrue();
        });
  }

  @Test
  void shouldBindAgainAfterTheNetworkIsInitialized() {
    ClippingListener listener = new ClippingListener(false, g -> g.scaleAll(0.5));
    MultiLayerNetwork net = dense(DataType.FLOAT, true);
    net.setListeners(listener);
    net.fit(Networks.MLP.data(DataType.FLOAT).get(1));
    BoundGradient first = listener.bound();
    assertThat(first.isBoundTo(net)).isTrue();
    net.fit(Networks.MLP.data(DataType.FLOAT).get(1));
    assertThat(listener.gradient()).isSameAs(first);

    MultiLayerNetwork again = dense(DataType.FLOAT, true);
    again.setListeners(listener);
    again.fit(Networks.MLP.data(DataType.FLOAT).get(1));
    assertThat(first.isBoundTo(again)).isFalse();
    assertThat(listener.after("0_W")).isEqualTo(listener.before("0_W").mul(0.5));
  }

  /** A network without regularization, so that a step follows from the gradient alone. */
  static MultiLayerNetwork dense(DataType type, boolean miniBatch) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(42)
                .dataType(type)
                .miniBatch(miniBatch)
                .updater(new Sgd(0.1))
                .activation(Activation.TANH)
                .list()
                .layer(new DenseLayer.Builder().nIn(6).nOut(9).build())
                .layer(output(9))
                .build());
    net.init();
    return net;
  }

  private static OutputLayer output(int inputs) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(inputs)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }
}
