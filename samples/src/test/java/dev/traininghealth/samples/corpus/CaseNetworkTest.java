package dev.traininghealth.samples.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.schedule.InverseSchedule;

class CaseNetworkTest {
  private static final int EXAMPLES = 3;
  private static final String OUTPUT = "{'type': 'dense', 'units': 2, 'activation': 'softmax'}";

  private static MultiLayerNetwork network(String key, String value) throws Exception {
    return CaseNetwork.build(Cases.with(key, value), 1);
  }

  private static MultiLayerNetwork network(String shape, String layers, int seed) throws Exception {
    return CaseNetwork.build(
        Cases.with(
            Map.of("inputShape", shape, "layers", layers, "loss", "'categorical_crossentropy'")),
        seed);
  }

  /** Trains a step, which must move the weights to finite places. */
  private static void train(MultiLayerNetwork network, INDArray features, INDArray labels) {
    INDArray before = network.params().dup();
    network.fit(new DataSet(features, labels));
    assertThat(Double.isFinite(network.score())).isTrue();
    assertThat(OnsetOracle.hasNonFinite(network.params())).isFalse();
    assertThat(network.params()).isNotEqualTo(before);
  }

  private static void train(MultiLayerNetwork network, long... inputShape) {
    long outputs = network.layerSize(network.getnLayers() - 1);
    INDArray labels = Nd4j.zeros(EXAMPLES, outputs);
    labels.getColumn(0).assign(1);
    train(network, Nd4j.rand(inputShape).addi(0.1), labels);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "[4] | {'type': 'dense', 'units': 3, 'activation': 'elu', 'bias': false}",
        "[4] | {'type': 'dense', 'units': 3, 'activation': 'exponential', 'init': 'uniform_0.05'}",
        "[4] | {'type': 'bn'}, {'type': 'dense', 'units': 3, 'activation': 'relu', 'l2': 0.01}",
        "[4] | {'type': 'dropout', 'rate': 0.25}, {'type': 'dropout', 'rate': 0}",
        "[6, 6, 2] | {'type': 'flatten'}",
        "[6, 6, 2] | {'type': 'conv', 'units': 3, 'kernel': [3, 2], 'stride': 1}",
        "[6, 6, 2] | {'type': 'conv', 'units': 3, 'kernel': 3, 'stride': [2, 1], 'padding': 'same',"
            + " 'bias': false}, {'type': 'bn'}, {'type': 'dropout', 'rate': 0.1}",
        "[6, 6, 2] | {'type': 'pool', 'kind': 'average', 'kernel': [2, 2], 'stride': 2},"
            + "{'type': 'pool', 'kind': 'max', 'kernel': 2, 'padding': 'same'},"
            + " {'type': 'flatten'}, {'type': 'dense', 'units': 3}",
        "[5, 4] | {'type': 'lstm', 'units': 3, 'return_sequences': false}",
        "[5, 4] | {'type': 'lstm', 'units': 3, 'return_sequences': true, 'activation': 'relu'},"
            + "{'type': 'bn'}, {'type': 'dropout', 'rate': 0.2}, {'type': 'lstm', 'units': 3},"
            + "{'type': 'dense', 'units': 4}",
        "[5, 4] | {'type': 'lstm', 'units': 3, 'return_sequences': true}, {'type': 'flatten'}",
        "[5, 4] | {'type': 'lstm', 'units': 3, 'return_sequences': true},"
            + "{'type': 'dense', 'units': 2}, {'type': 'flatten'}, {'type': 'dense', 'units': 2}",
        "[5, 4] | {'type': 'dense', 'units': 3}, {'type': 'lstm', 'units': 3}",
        "[7, 4] | {'type': 'conv', 'units': 3, 'kernel': 2}, {'type': 'pool', 'kernel': 2,"
            + " 'stride': 2, 'padding': 'same'}, {'type': 'flatten'}",
      })
  void shouldTrainWithEveryTypeOfLayer(String shape, String layers) throws Exception {
    MultiLayerNetwork network = network(shape, "[" + layers + "," + OUTPUT + "]", 1);

    String[] sizes = shape.replaceAll("[\\[\\] ]", "").split(",", -1);
    switch (sizes.length) {
      case 1 -> train(network, EXAMPLES, 4);
      case 2 -> train(network, EXAMPLES, Integer.parseInt(sizes[1]), Integer.parseInt(sizes[0]));
      default -> train(network, EXAMPLES, 6 * 6 * 2);
    }
    assertThat(network.getLayer(network.getnLayers() - 1).conf().getLayer())
        .isInstanceOf(OutputLayer.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type': 'lstm', 'units': 3, 'return_sequences': true}",
        "{'type': 'lstm', 'units': 3, 'return_sequences': true}, {'type': 'dense', 'units': 3}",
        "{'type': 'dropout', 'rate': 0.1}"
      })
  void shouldLabelEveryStepOfASeriesThatIsNotReduced(String layers) throws Exception {
    MultiLayerNetwork network = network("[5, 4]", "[" + layers + "," + OUTPUT + "]", 1);

    assertThat(network.getLayer(network.getnLayers() - 1).conf().getLayer())
        .isInstanceOf(RnnOutputLayer.class);
    train(network, Nd4j.rand(EXAMPLES, 4, 5), Nd4j.zeros(EXAMPLES, 2, 5).addi(0.5));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "linear",
        "relu",
        "sigmoid",
        "tanh",
        "softmax",
        "elu",
        "exponential",
        "softplus",
        "softsign",
        "swish",
        "selu",
        "gelu",
        "relu6"
      })
  void shouldTrainWithEveryActivation(String activation) throws Exception {
    MultiLayerNetwork network =
        network(
            "layers",
            "[{'type': 'dense', 'units': 3, 'activation': '%s'}, {'type': 'dense', 'units': 1}]"
                .formatted(activation));

    train(network, EXAMPLES, 2);
    assertThat(((BaseLayer) network.getLayer(0).conf().getLayer()).getActivationFn().toString())
        .startsWith(activation.equals("linear") ? "identity" : activation);
  }

  @ParameterizedTest
  @CsvSource({
    "mse, linear",
    "mae, linear",
    "binary_crossentropy, sigmoid",
    "binary_crossentropy, softmax",
    "categorical_crossentropy, softmax",
    "categorical_crossentropy, relu"
  })
  void shouldTrainWithEveryLoss(String loss, String activation) throws Exception {
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

    train(network, EXAMPLES, 2);
  }

  @Test
  void shouldTrainASigmoidUnderCrossEntropyAsSoftmax() throws Exception {
    MultiLayerNetwork network =
        network("[2]", "[{'type': 'dense', 'units': 3, 'activation': 'sigmoid'}]", 1);

    assertThat(((BaseLayer) network.getLayer(0).conf().getLayer()).getActivationFn())
        .isInstanceOf(ActivationSoftmax.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "sgd | {}",
        "sgd | {'momentum': 0.9, 'nesterov': true, 'decay': 1e-6}",
        "sgd | {'decay': 0.1, 'clipnorm': 0.5}",
        "nesterovs | {}",
        "adam | {'beta_1': 0.5, 'beta_2': 0.8}",
        "adam | null",
        "rmsprop | {'rho': 0.6, 'decay': 0.1}",
        "adagrad | {'decay': 0.1}",
        "nadam | {'beta_1': 0.8, 'decay': 0.1}",
        "adamax | {'beta_2': 0.9}",
        "amsgrad | {}",
        "adadelta | {'rho': 0.9, 'decay': 0.1, 'clipnorm': 1}",
      })
  void shouldTrainWithEveryOptimizer(String optimizer, String args) throws Exception {
    MultiLayerNetwork network =
        CaseNetwork.build(
            Cases.with(Map.of("optimizer", "'" + optimizer + "'", "optimizerArgs", args)), 1);

    train(network, EXAMPLES, 2);
  }

  @Test
  void shouldGiveTheUpdatersWhatTheCaseSays() throws Exception {
    BaseLayer adam = firstLayer("'adam'", "{'beta_1': 0.5, 'decay': 0.25, 'clipnorm': 2}");
    assertThat(adam.getIUpdater())
        .isInstanceOfSatisfying(
            Adam.class,
            updater -> {
              assertThat(updater.getBeta1()).isEqualTo(0.5);
              assertThat(updater.getBeta2()).isEqualTo(0.999);
              assertThat(updater.getEpsilon()).isEqualTo(1e-7);
              assertThat(updater.getLearningRateSchedule()).isInstanceOf(InverseSchedule.class);
              assertThat(updater.getLearningRate(4, 0)).isEqualTo(0.01 / 2, within(1e-9));
            });
    assertThat(adam.getGradientNormalization()).isEqualTo(GradientNormalization.ClipL2PerLayer);
    assertThat(adam.getGradientNormalizationThreshold()).isEqualTo(2);
    assertThat(firstLayer("'rmsprop'", "{}").getIUpdater()).isEqualTo(new RmsProp(0.01, 0.9, 1e-7));
    assertThat(firstLayer("'sgd'", "{'momentum': 0.8}").getIUpdater())
        .isEqualTo(new Nesterovs(0.01, 0.8));
  }

  private static BaseLayer firstLayer(String optimizer, String args) throws Exception {
    MultiLayerNetwork network =
        CaseNetwork.build(Cases.with(Map.of("optimizer", optimizer, "optimizerArgs", args)), 1);
    return (BaseLayer) network.getLayer(0).conf().getLayer();
  }

  @Test
  void shouldTakeTheRateOfDropoutForWhatIsDropped() throws Exception {
    MultiLayerNetwork network =
        network("[2]", "[{'type': 'dropout', 'rate': 0.2}," + OUTPUT + "]", 1);

    DropoutLayer dropout = (DropoutLayer) network.getLayer(0).conf().getLayer();
    assertThat(dropout.getIDropout().toString()).contains("0.8");
  }

  /** Least, max and mean of many weights, 50 by 40 of them. */
  @ParameterizedTest
  @CsvSource({
    "he_uniform, -0.34641, 0.34641, 0.2",
    "he_normal, -1, 1, 0.2",
    "glorot_uniform, -0.258199, 0.258199, 0.149071",
    "xavier, -1, 1, 0.149071",
    "uniform_0.05, -0.05, 0.05, 0.0288675",
    "uniform_0_1, 0, 1, 0.288675",
    "uniform_-2_3, -2, 3, 1.44338",
    "normal_0.05, -0.3, 0.3, 0.05",
    "normal_1, -6, 6, 1",
    "normal_2_0.1, 1.4, 2.6, 0.1",
    "glorot_normal, -1, 1, 0.149071",
    "lecun_normal, -1, 1, 0.141421",
    "lecun_uniform, -0.424264, 0.424264, 0.244949",
    "const_0.01, 0.01, 0.01, 0",
    "zeros, 0, 0, 0"
  })
  void shouldDrawWeightsAsTold(String init, double min, double max, double deviation)
      throws Exception {
    MultiLayerNetwork network =
        network(
            "[50]",
            "[{'type': 'dense', 'units': 40, 'init': '%s'}, %s]".formatted(init, OUTPUT),
            1);

    INDArray weights = network.getParam("0_W");
    assertThat(weights.minNumber().doubleValue()).isGreaterThanOrEqualTo(min - 1e-6);
    assertThat(weights.maxNumber().doubleValue()).isLessThanOrEqualTo(max + 1e-6);
    assertThat(weights.stdNumber().doubleValue()).isEqualTo(deviation, within(0.06 * deviation));
  }

  @Test
  void shouldDrawBiasesAsTold() throws Exception {
    String layer = "[{'type': 'dense', 'units': 400, 'bias_init': '%s'}," + OUTPUT + "]";

    assertThat(network("[2]", layer.formatted("ones"), 1).getParam("0_b").meanNumber().floatValue())
        .isEqualTo(1);
    assertThat(
            network("[2]", layer.formatted("const_0.1"), 1)
                .getParam("0_b")
                .maxNumber()
                .floatValue())
        .isEqualTo(0.1f);
    INDArray drawn = network("[2]", layer.formatted("normal_1"), 1).getParam("0_b");
    assertThat(drawn.stdNumber().doubleValue()).isEqualTo(1, within(0.1));
    assertThat(network("[2]", layer.formatted("normal_1"), 1).getParam("0_b")).isEqualTo(drawn);
    assertThat(network("[2]", layer.formatted("normal_1"), 2).getParam("0_b")).isNotEqualTo(drawn);
    INDArray around = network("[2]", layer.formatted("normal_3_0.1"), 1).getParam("0_b");
    assertThat(around.meanNumber().doubleValue()).isEqualTo(3, within(0.02));
    String lstm = "[{'type': 'lstm', 'units': 2, 'bias_init': 'zeros'}," + OUTPUT + "]";
    assertThat(network("[3, 2]", lstm, 1).getParam("0_b").sumNumber().floatValue()).isZero();
  }

  @Test
  void shouldBeTheSameForTheSameSeed() throws Exception {
    INDArray first = network("batch", "1").params();

    assertThat(network("batch", "1").params()).isEqualTo(first);
    assertThat(CaseNetwork.build(Cases.with("batch", "1"), 2).params()).isNotEqualTo(first);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "layers | [{'type': 'gru', 'units': 1}, {'type': 'dense', 'units': 1}]"
            + "| layer 1: type \"gru\" is unknown; known: activation, bn, conv",
        "layers | [{'type': 'dense', 'units': 1, 'activation': 'cosine'}]"
            + "| layer 1: activation \"cosine\" is unknown",
        "layers | [{'type': 'dense', 'units': 1, 'init': 'magic'}] | init \"magic\" is unknown",
        "layers | [{'type': 'dense', 'units': 1, 'init': 'normal_1.e.2'}] | is unknown",
        "layers | [{'type': 'dense', 'units': 1, 'bias_init': 'magic'}] | bias_init \"magic\"",
        "layers | [{'type': 'dense', 'units': 1, 'dilation': 2}] | dilation = 2 is unknown here",
        "layers | [{'type': 'dense', 'units': 0}] | units must be whole and above 0, was 0",
        "layers | [{'type': 'dense', 'units': 1, 'bias': 'no'}] | bias must be true or false",
        "layers | [{'type': 'dropout', 'rate': 1}, {'type': 'dense', 'units': 1}] | rate must be",
        "layers | [{'type': 'dense', 'units': 1, 'init': 'normal_1_x'}] | is unknown",
        "layers | [{'type': 'dense', 'units': 1}, {'type': 'embedding', 'inputs': 2, 'units': 1}]"
            + "| embedding must be the first layer",
        "layers | [{'type': 'pool3d'}, {'type': 'dense', 'units': 1}] | pool3d needs an inputShape",
        "layers | [{'type': 'global_pool', 'kind': 'sum'}] | kind \"sum\" is unknown",
        "layers | [] | no layer that could be its output",
        "layers | [{'type': 'flatten'}] | no layer that could be its output",
        "layers | [{'type': 'pool', 'kind': 'min'}, {'type': 'dense', 'units': 1}] | kind \"min\"",
        "layers | [{'type': 'conv', 'units': 1, 'kernel': [1, 2, 3]}, {'type': 'dense',"
            + " 'units': 1}] | kernel must be a number or 2 numbers",
        "layers | [{'type': 'conv', 'units': 1, 'kernel': 2}, {'type': 'dense', 'units': 1}]"
            + "| DL4J cannot build its network",
        "loss | 'focal' | loss \"focal\" is unknown",
        "optimizer | 'lion' | optimizer \"lion\" is unknown",
        "optimizerArgs | {'beta_1': 0.9} | optimizerArgs: beta_1 = 0.9 is unknown here",
      })
  void shouldNameWhatIsUnknown(String key, String value, String message) {
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> network(key, value))
        .withMessageStartingWith("Case small")
        .withMessageContaining(message);
  }
}
