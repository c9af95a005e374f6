package dev.traininghealth.setup;

import static dev.traininghealth.setup.Scenes.changed;
import static dev.traininghealth.setup.Scenes.dense;
import static dev.traininghealth.setup.Scenes.mse;
import static dev.traininghealth.setup.Scenes.network;
import static dev.traininghealth.setup.Scenes.regression;
import static dev.traininghealth.setup.Scenes.softmax;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/** Copies of a network show harm where there is some, and none where the network learns. */
final class CopyRulesTest {
  /** The rules that report nothing but what copies do. */
  private static final Set<String> OF_COPIES = Set.of("start", "learning-rate", "overfit");

  static Stream<RuleCase> problems() {
    return Stream.of(
        new RuleCase(
            "one with standardized columns",
            "feature-scale",
            Problem.UNNORMALIZED_FEATURES,
            Severity.WARNING,
            () -> of(new Sgd(0.1)),
            () -> changed(d -> d.getFeatures().muli(1e4))),
        new RuleCase(
            "The features are not normalized",
            "feature-scale",
            Problem.UNNORMALIZED_FEATURES,
            Severity.INFO,
            () -> of(new Adam(1e-2)),
            () -> changed(d -> d.getFeatures().muli(20))),
        new RuleCase(
            "one with standardized columns",
            "target-scale",
            Problem.UNNORMALIZED_LABELS,
            Severity.WARNING,
            () -> network(new Sgd(0.1), dense(Activation.RELU), mse(Activation.IDENTITY)),
            () -> regression(500)),
        new RuleCase(
            "At the learning rate 1000, the score of a copy went from",
            "learning-rate",
            Problem.LARGE_UPDATES,
            Severity.WARNING,
            () -> of(new Sgd(1000)),
            Scenes::data),
        new RuleCase(
            "At the learning rate 1e-6, the score of a copy went from",
            "learning-rate",
            Problem.SMALL_UPDATES,
            Severity.WARNING,
            () -> of(new Sgd(1e-6)),
            Scenes::data),
        new RuleCase(
            "times that of the best constant prediction",
            "start",
            Problem.UNSUITABLE_NETWORK,
            Severity.INFO,
            () -> of(new Adam(1e-2)),
            () -> changed(d -> d.getFeatures().muli(1e3))),
        new RuleCase(
            "the gradient per weight falls by a factor of",
            "start",
            Problem.VANISHING_GRADIENT,
            Severity.WARNING,
            () -> deep(new Sgd(0.1), Activation.SIGMOID),
            Scenes::data),
        new RuleCase(
            "The weights of layer 0 (DenseLayer, relu) did not change",
            "start",
            Problem.VANISHING_GRADIENT,
            Severity.WARNING,
            CopyRulesTest::dead,
            Scenes::data));
  }

  @ParameterizedTest
  @MethodSource("problems")
  void shouldFindIt(RuleCase sick) {
    sick.check();
  }

  @Test
  void shouldFindThatAMinibatchCannotBeFitted() {
    MultiLayerNetwork net = network(new Adam(1e-2), dense(Activation.RELU), softmax());
    List<DataSet> noInformation = changed(d -> d.getFeatures().assign(0));

    assertThat(RuleCase.check(net, noInformation).findings())
        .filteredOn(finding -> finding.detector().equals("overfit"))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.problem()).isEqualTo(Problem.NOT_LEARNING);
              assertThat(finding.sentence()).contains("does not fit a single minibatch");
            });
  }

  @Test
  void shouldFindNothingInNetworksThatLearn() {
    for (MultiLayerNetwork net :
        List.of(of(new Adam(1e-2)), of(new Sgd(0.1)), deep(new Adam(1e-2), Activation.TANH))) {
      assertThat(RuleCase.check(net, Scenes.data()).findings())
          .extracting(Diagnosis::detector)
          .doesNotContainAnyElementsOf(OF_COPIES);
    }
  }

  @Test
  void shouldAdviseTheRateThatItHasTried() {
    assertThat(RuleCase.check(of(new Sgd(1000)), Scenes.data()).findings())
        .filteredOn(finding -> finding.detector().equals("learning-rate"))
        .singleElement()
        .satisfies(
            finding -> {
              double rate = finding.remedies().get(0).learningRate();
              assertThat(rate).isBetween(1e-3, 10.0);
              assertThat(finding.remedies().get(0).code()).contains("new Sgd(");
            });
  }

  /** A step that takes too long for runs of copies leaves the other rules. */
  @Test
  void shouldLeaveOutCopiesWithoutTime() {
    List<DataSet> large = changed(d -> d.getFeatures().muli(1e4));
    long second = 1_000_000_000;

    assertThat(RuleCase.check(of(new Sgd(1000)), large, second).findings())
        .extracting(Diagnosis::detector)
        .contains("feature-scale", "updater")
        .doesNotContain("learning-rate", "overfit");
  }

  private static MultiLayerNetwork of(IUpdater updater) {
    return network(updater, dense(Activation.RELU), softmax());
  }

  private static MultiLayerNetwork deep(IUpdater updater, Activation activation) {
    List<Layer> layers = new ArrayList<>();
    layers.add(dense(activation));
    for (int i = 0; i < 8; i++) {
      layers.add(new DenseLayer.Builder().nIn(8).nOut(8).activation(activation).build());
    }
    layers.add(softmax());
    return network(updater, layers.toArray(new Layer[0]));
  }

  private static MultiLayerNetwork dead() {
    MultiLayerNetwork net = of(new Adam(1e-2));
    net.getParam("0_b").assign(-100);
    return net;
  }
}
