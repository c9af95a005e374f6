package dev.traininghealth.samples.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** The words that cases use in addition to those of {@link CaseNetworkTest}. */
class PublicWordsTest {
  private static final int EXAMPLES = 3;
  private static final String OUTPUT = "{'type': 'dense', 'units': 2, 'activation': 'softmax'}";

  private static MultiLayerNetwork network(String shape, String layers) throws Exception {
    return CaseNetwork.build(
        Cases.with(
            Map.of("inputShape", shape, "layers", layers, "loss", "'categorical_crossentropy'")),
        1);
  }

  private static Layer layer(MultiLayerNetwork network, int index) {
    return network.getLayer(index).conf().getLayer();
  }

  private static void train(MultiLayerNetwork network, INDArray features, INDArray labels) {
    INDArray before = network.params().dup();
    network.fit(new DataSet(features, labels));
    assertThat(Double.isFinite(network.score())).isTrue();
    assertThat(OnsetOracle.hasNonFinite(network.params())).isFalse();
    assertThat(network.params()).isNotEqualTo(before);
  }

  private static INDArray firstOfTwo() {
    INDArray labels = Nd4j.zeros(EXAMPLES, 2);
    labels.getColumn(0).assign(1);
    return labels;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "[4] | {'type': 'dense', 'units': 3}, {'type': 'activation', 'activation': 'relu'}",
        "[4] | {'type': 'dense', 'units': 3}, {'type': 'leaky_relu'}, {'type': 'bn'}",
        "[4] | {'type': 'dense', 'units': 3, 'l1': 0.1, 'bias_l1': 0.1, 'bias_l2': 0.1}",
        "[6, 6, 2] | {'type': 'conv', 'units': 3, 'kernel': 2, 'max_norm': 0.5},"
            + " {'type': 'activation', 'activation': 'tanh'}, {'type': 'global_pool'}",
        "[5, 4] | {'type': 'simple_rnn', 'units': 3, 'max_norm': 1}",
        "[5, 4] | {'type': 'simple_rnn', 'units': 3, 'return_sequences': true},"
            + " {'type': 'activation', 'activation': 'relu'},"
            + " {'type': 'global_pool', 'kind': 'average'}, {'type': 'dropout', 'rate': 0.1}",
        "[5, 4] | {'type': 'dense', 'units': 3}, {'type': 'global_pool'}, {'type': 'bn'}",
        "[7, 4] | {'type': 'conv', 'units': 3, 'kernel': 2}, {'type': 'bn'}, {'type': 'flatten'}",
        "[4, 3, 2, 2] | {'type': 'conv3d', 'units': 3, 'kernel': 2, 'padding': 'same'},"
            + " {'type': 'bn'}, {'type': 'activation', 'activation': 'relu'},"
            + " {'type': 'pool3d', 'kernel': [2, 2, 1]}, {'type': 'flatten'},"
            + " {'type': 'dense', 'units': 3}",
        "[4, 3, 2, 2] | {'type': 'conv3d', 'units': 3, 'kernel': [2, 1, 1], 'stride': 1},"
            + " {'type': 'pool3d', 'kind': 'average', 'padding': 'same'}, {'type': 'dropout',"
            + " 'rate': 0.1}",
        "[4, 3, 2, 2] | {'type': 'conv3d', 'units': 3, 'kernel': 1}, {'type': 'bn'},"
            + " {'type': 'flatten'}",
        "[4, 3, 2, 2] | {'type': 'conv3d', 'units': 3, 'kernel': 2}, {'type': 'global_pool'}",
      })
  void shouldTrainWithEveryType(String shape, String layers) throws Exception {
    MultiLayerNetwork network = network(shape, "[" + layers + "," + OUTPUT + "]");

    INDArray features =
        switch (shape) {
          case "[4]" -> Nd4j.rand(EXAMPLES, 4);
          case "[5, 4]" -> Nd4j.rand(EXAMPLES, 4, 5);
          case "[7, 4]" -> Nd4j.rand(EXAMPLES, 4, 7);
          case "[6, 6, 2]" -> Nd4j.rand(EXAMPLES, 72);
          default -> Nd4j.rand(EXAMPLES, 2, 4, 3, 2);
        };
    train(network, features.addi(0.1), firstOfTwo());
    assertThat(layer(network, network.getnLayers() - 1)).isInstanceOf(OutputLayer.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'type': 'lstm', 'units': 3}",
        "{'type': 'flatten'}",
        "{'type': 'conv', 'units': 2, 'kernel': 2}, {'type': 'global_pool'}"
      })
  void shouldEmbedIndices(String layers) throws Exception {
    MultiLayerNetwork network =
        network(
            "[5]",
            "[{'type': 'embedding', 'inputs': 7, 'units': 4}," + layers + "," + OUTPUT + "]");

    train(
        network,
        Nd4j.createFromArray(new float[][] {{0, 1, 2, 3, 4}, {6, 5, 4, 3, 2}, {1, 1, 1, 1, 1}}),
        firstOfTwo());
    assertThat(network.getParam("0_W").shape()).containsExactly(7, 4);
  }

  @Test
  void shouldMakeOneOutputLayerOfALinearOneAndItsActivation() throws Exception {
    MultiLayerNetwork network =
        network(
            "[4]",
            "[{'type': 'dense', 'units': 2}, {'type': 'activation', 'activation': 'softmax'}]");

    assertThat(network.getnLayers()).isEqualTo(1);
    assertThat(((BaseLayer) layer(network, 0)).getActivationFn())
        .isInstanceOf(ActivationSoftmax.class);
    train(network, Nd4j.rand(EXAMPLES, 4), firstOfTwo());
  }

  @Test
  void shouldEndInALossLayerOtherwise() throws Exception {
    String squashed = "{'type': 'dense', 'units': 2, 'activation': 'tanh'}";
    MultiLayerNetwork twice =
        network("[4]", "[" + squashed + ", {'type': 'activation', 'activation': 'sigmoid'}]");
    assertThat(((BaseLayer) layer(twice, 0)).getActivationFn()).isInstanceOf(ActivationTanH.class);
    assertThat(layer(twice, 1))
        .isInstanceOfSatisfying(
            LossLayer.class,
            loss -> assertThat(loss.getActivationFn()).isInstanceOf(ActivationSoftmax.class));
    train(twice, Nd4j.rand(EXAMPLES, 4), firstOfTwo());

    MultiLayerNetwork leaky = network("[4]", "[" + squashed + ", {'type': 'leaky_relu'}]");
    assertThat(((LossLayer) layer(leaky, 1)).getActivationFn())
        .isInstanceOfSatisfying(
            ActivationLReLU.class, relu -> assertThat(relu.getAlpha()).isEqualTo(0.3));

    MultiLayerNetwork pooled =
        network(
            "[6, 6, 1]",
            "[{'type': 'conv', 'units': 2, 'kernel': 3}, {'type': 'global_pool', 'kind':"
                + " 'average'}, {'type': 'activation', 'activation': 'softmax'}]");
    train(pooled, Nd4j.rand(EXAMPLES, 36), firstOfTwo());

    MultiLayerNetwork last = network("[4]", "[" + squashed + ", {'type': 'bn'}]");
    assertThat(((LossLayer) layer(last, 2)).getActivationFn())
        .isInstanceOf(ActivationIdentity.class);
  }

  @Test
  void shouldLabelEachStepOfASeriesThatEndsInAnActivation() throws Exception {
    String rnn = "[{'type': 'simple_rnn', 'units': 2, 'return_sequences': true}, %s]";
    String softmax = "{'type': 'activation', 'activation': 'softmax'}";
    MultiLayerNetwork network = network("[5, 4]", rnn.formatted(softmax));

    assertThat(layer(network, 1)).isInstanceOf(RnnLossLayer.class);
    train(network, Nd4j.rand(EXAMPLES, 4, 5), Nd4j.zeros(EXAMPLES, 2, 5).addi(0.5));
    MultiLayerNetwork dense =
        network("[5, 4]", rnn.formatted("{'type': 'dense', 'units': 2}, " + softmax));
    assertThat(layer(dense, 1)).isInstanceOf(RnnOutputLayer.class);
    assertThat(((BaseLayer) layer(dense, 1)).getActivationFn())
        .isInstanceOf(ActivationSoftmax.class);
  }

  @Test
  void shouldLimitTheIncomingWeightsOfEachUnit() throws Exception {
    MultiLayerNetwork network =
        network(
            "[4]",
            "[{'type': 'dense', 'units': 3, 'init': 'ones', 'max_norm': 0.5}, %s]"
                .formatted(OUTPUT));
    network.fit(new DataSet(Nd4j.rand(EXAMPLES, 4), firstOfTwo()));

    INDArray norms = network.getParam("0_W").norm2(0);
    assertThat(norms.length()).isEqualTo(3);
    assertThat(norms.maxNumber().doubleValue()).isEqualTo(0.5, within(1e-4));
  }

  @ParameterizedTest
  @CsvSource({
    "poisson, softplus, 1",
    "mape, linear, 1",
    "msle, relu, 1",
    "hinge, tanh, 1",
    "squared_hinge, tanh, 1",
    "kld, softmax, 0.5",
    "logcosh, linear, 1"
  })
  void shouldTrainWithEveryLoss(String loss, String activation, double label) throws Exception {
    MultiLayerNetwork network =
        CaseNetwork.build(
            Cases.with(
                Map.of(
                    "loss",
                    "'" + loss + "'",
                    "layers",
                    "[{'type': 'dense', 'units': 2, 'activation': '%s', 'init': 'const_0.2'}]"
                        .formatted(activation))),
            1);
    INDArray features = Nd4j.rand(EXAMPLES, 2).addi(0.1);
    features.getColumn(0).muli(2);

    INDArray labels = Nd4j.zeros(EXAMPLES, 2).addi(label);
    labels.getColumn(1).muli(0.5);
    train(network, features, labels);
  }

  @Test
  void shouldTrainOnIndicesOfClasses() throws Exception {
    FaultCase faultCase =
        Cases.with(
            Map.of(
                "loss",
                "'sparse_categorical_crossentropy'",
                "layers",
                "[{'type': 'dense', 'units': 3, 'activation': 'softmax'}]",
                "metric",
                "'accuracy'",
                "fitMode",
                "'one_by_one'",
                "shuffle",
                "false"));
    INDArray features = Nd4j.rand(6, 2);
    INDArray labels = Nd4j.createFromArray(0f, 1f, 2f, 0f, 1f, 2f).reshape(6, 1);
    Examples examples = new Examples(features, labels);

    RunResult run =
        new CaseRunner(faultCase, new CaseData(examples, examples), true)
            .run(WatchMode.OBSERVING, 1, new Limits(100, 60));

    assertThat(run.training().error()).isNull();
    assertThat(run.training().iterations()).isEqualTo(4);
    assertThat(run.outcome().testAccuracy()).isBetween(0.0, 1.0);
    assertThat(
            Evaluation.right(
                Nd4j.createFromArray(new float[][] {{0, 0, 1}, {0, 1, 0}, {1, 0, 0}}),
                Nd4j.createFromArray(2f, 2f, 0f).reshape(3, 1)))
        .isEqualTo(2);
  }
}
