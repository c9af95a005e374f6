package dev.traininghealth.setup;

import static dev.traininghealth.setup.Scenes.changed;
import static dev.traininghealth.setup.Scenes.columns;
import static dev.traininghealth.setup.Scenes.dense;
import static dev.traininghealth.setup.Scenes.network;
import static dev.traininghealth.setup.Scenes.one;
import static dev.traininghealth.setup.Scenes.output;
import static dev.traininghealth.setup.Scenes.softmax;

import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Each rule on the network finds its problem. */
final class NetworkRulesTest {
  static Stream<RuleCase> problems() {
    return Stream.of(
        new RuleCase(
            "is not initialized",
            "network-shape",
            Problem.UNSUITABLE_NETWORK,
            Severity.WARNING,
            () -> new MultiLayerNetwork(network().getLayerWiseConfigurations()),
            Scenes::data),
        new RuleCase(
            "have 3 columns, but layer 0 (DenseLayer, relu) expects 4",
            "network-shape",
            Problem.UNSUITABLE_NETWORK,
            Severity.WARNING,
            Scenes::network,
            () -> changed(d -> d.setFeatures(columns(d.getFeatures(), 3)))),
        new RuleCase(
            "labels have 2 columns, but layer 1 (OutputLayer, softmax) has 3 units",
            "network-shape",
            Problem.UNSUITABLE_NETWORK,
            Severity.WARNING,
            Scenes::network,
            () -> changed(d -> d.setLabels(columns(d.getLabels(), 2)))),
        new RuleCase(
            "cannot process the first minibatch: ",
            "network-shape",
            Problem.UNSUITABLE_NETWORK,
            Severity.WARNING,
            Scenes::network,
            () -> changed(d -> d.setFeatures(d.getFeatures().reshape(Scenes.BATCH, 4, 1)))),
        new RuleCase(
            "Softmax over a single unit",
            "output",
            Problem.UNSUITABLE_OUTPUT,
            Severity.WARNING,
            () -> network(new Adam(1e-2), dense(Activation.RELU), one(Activation.SOFTMAX)),
            () -> changed(d -> d.setLabels(columns(d.getLabels(), 1)))),
        new RuleCase(
            "takes the logarithm of a probability",
            "output",
            Problem.UNSUITABLE_OUTPUT,
            Severity.WARNING,
            () ->
                network(
                    new Adam(1e-2),
                    dense(Activation.RELU),
                    output(LossFunction.MCXENT, Activation.RELU, 3)),
            Scenes::data),
        new RuleCase(
            "All weights of layer 0",
            "initialization",
            Problem.UNSUITABLE_NETWORK,
            Severity.WARNING,
            () -> initialized(WeightInit.ONES),
            Scenes::data),
        new RuleCase(
            "are at a limit of its function",
            "initialization",
            Problem.SATURATED_UNITS,
            Severity.INFO,
            () -> scaled(network(new Adam(1e-2), dense(Activation.TANH), softmax()), 100),
            Scenes::data),
        new RuleCase(
            "100 % of the units of layer 0",
            "initialization",
            Problem.DEAD_RELU,
            Severity.WARNING,
            NetworkRulesTest::dead,
            Scenes::data),
        new RuleCase(
            "they are one linear layer",
            "linear-stack",
            Problem.UNSUITABLE_NETWORK,
            Severity.INFO,
            () -> network(new Adam(1e-2), dense(Activation.IDENTITY), softmax()),
            Scenes::data),
        new RuleCase(
            "keeps only 20 % of its input",
            "dropout",
            Problem.UNSUITABLE_NETWORK,
            Severity.INFO,
            () ->
                network(
                    new Adam(1e-2),
                    new DenseLayer.Builder().nIn(4).nOut(8).dropOut(0.2).build(),
                    softmax()),
            Scenes::data),
        new RuleCase(
            "is 0 in half precision",
            "updater",
            Problem.NON_FINITE,
            Severity.WARNING,
            NetworkRulesTest::half,
            Scenes::data),
        new RuleCase(
            "The learning rate 1 is far above",
            "updater",
            Problem.LARGE_UPDATES,
            Severity.INFO,
            () -> network(new Adam(1), dense(Activation.RELU), softmax()),
            Scenes::data),
        new RuleCase(
            "The learning rate 0.1 is far above",
            "updater",
            Problem.LARGE_UPDATES,
            Severity.INFO,
            () -> network(new RmsProp(0.1), dense(Activation.RELU), softmax()),
            Scenes::data),
        new RuleCase(
            "is far below",
            "updater",
            Problem.SMALL_UPDATES,
            Severity.INFO,
            () -> network(new Sgd(1e-6), dense(Activation.RELU), softmax()),
            Scenes::data));
  }

  @ParameterizedTest
  @MethodSource("problems")
  void shouldFindIt(RuleCase sick) {
    sick.check();
  }

  private static MultiLayerNetwork initialized(WeightInit init) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .weightInit(init)
                .updater(new Adam(1e-2))
                .list(dense(Activation.RELU), softmax())
                .build());
    net.init();
    return net;
  }

  private static MultiLayerNetwork scaled(MultiLayerNetwork net, double factor) {
    net.getParam("0_W").muli(factor);
    return net;
  }

  private static MultiLayerNetwork dead() {
    MultiLayerNetwork net = network();
    net.getParam("0_b").assign(-100);
    return net;
  }

  private static MultiLayerNetwork half() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.FLOAT16)
                .updater(new Adam(1e-2))
                .list(dense(Activation.RELU), softmax())
                .build());
    net.init();
    return net;
  }
}
