package dev.traininghealth.setup;

import static dev.traininghealth.setup.Scenes.changed;
import static dev.traininghealth.setup.Scenes.columns;
import static dev.traininghealth.setup.Scenes.data;
import static dev.traininghealth.setup.Scenes.dense;
import static dev.traininghealth.setup.Scenes.mse;
import static dev.traininghealth.setup.Scenes.network;
import static dev.traininghealth.setup.Scenes.output;
import static dev.traininghealth.setup.Scenes.regression;
import static dev.traininghealth.setup.Scenes.softmax;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Each rule on data finds its problem, and nothing in healthy data. */
final class DataRulesTest {
  static Stream<RuleCase> problems() {
    return Stream.of(
        new RuleCase(
            "1 features are NaN or infinite. The first is in row 5 of minibatch 3",
            "non-finite-data",
            Problem.NON_FINITE,
            Severity.WARNING,
            Scenes::network,
            () -> inOne(3, d -> d.getFeatures().putScalar(5, 2, Double.NaN))),
        new RuleCase(
            "labels of 1 examples or steps have NaN",
            "non-finite-data",
            Problem.NON_FINITE,
            Severity.WARNING,
            Scenes::network,
            () -> inOne(0, d -> d.getLabels().putScalar(1, 1, Double.POSITIVE_INFINITY))),
        new RuleCase(
            "Labels go from 1 to 3, but LossSparseMCXENT wants 0 to 2",
            "labels",
            Problem.UNSUITABLE_LABELS,
            Severity.WARNING,
            () ->
                network(
                    new Adam(1e-2),
                    dense(Activation.RELU),
                    output(LossFunction.SPARSE_MCXENT, Activation.SOFTMAX, 3)),
            () -> changed(d -> d.setLabels(d.getLabels().argMax(1).reshape(-1, 1).addi(1)))),
        new RuleCase(
            "but tanh cannot reach that",
            "labels",
            Problem.UNSUITABLE_LABELS,
            Severity.WARNING,
            () -> network(new Adam(1e-2), dense(Activation.RELU), mse(Activation.TANH)),
            () -> regression(1)),
        new RuleCase(
            "do not add up to 1, but the outputs of softmax always do",
            "labels",
            Problem.UNSUITABLE_LABELS,
            Severity.WARNING,
            Scenes::network,
            () -> changed(d -> d.getLabels().putColumn(0, Nd4j.ones(Scenes.BATCH, 1)))),
        new RuleCase(
            "a label of 0 has no gradient",
            "labels",
            Problem.UNSUITABLE_LABELS,
            Severity.WARNING,
            () ->
                network(
                    new Adam(1e-2),
                    dense(Activation.RELU),
                    output(LossFunction.HINGE, Activation.TANH, 3)),
            Scenes::data),
        new RuleCase(
            "labels are not normalized: column 0",
            "target-scale",
            Problem.UNNORMALIZED_LABELS,
            Severity.INFO,
            () -> network(new Adam(1e-2), dense(Activation.RELU), mse(Activation.IDENTITY)),
            () -> regression(500)),
        new RuleCase(
            "All 320 labels that were read are the same",
            "label-balance",
            Problem.IMBALANCED_LABELS,
            Severity.WARNING,
            Scenes::network,
            () -> changed(d -> d.setLabels(ofOneClass(Scenes.BATCH)))),
        new RuleCase(
            "of the labels are of class 1",
            "label-balance",
            Problem.IMBALANCED_LABELS,
            Severity.INFO,
            Scenes::network,
            () -> changed(d -> mostlyOfOneClass(d.getLabels()))),
        new RuleCase(
            "sorted by class: it changes 2 times in 320 examples",
            "order",
            Problem.UNSHUFFLED_EXAMPLES,
            Severity.INFO,
            Scenes::network,
            DataRulesTest::sorted),
        new RuleCase(
            "10 of 20 minibatches are exact copies",
            "order",
            Problem.UNSHUFFLED_EXAMPLES,
            Severity.INFO,
            Scenes::network,
            () ->
                Stream.of(data(), data())
                    .map(d -> d.subList(0, 10))
                    .flatMap(List::stream)
                    .toList()),
        new RuleCase(
            "features are not normalized",
            "feature-scale",
            Problem.UNNORMALIZED_FEATURES,
            Severity.INFO,
            Scenes::network,
            () -> changed(d -> d.getFeatures().muli(300))),
        new RuleCase(
            "All features are constant",
            "feature-scale",
            Problem.CONSTANT_FEATURES,
            Severity.WARNING,
            Scenes::network,
            () -> changed(d -> d.getFeatures().assign(0.5))),
        new RuleCase(
            "Column 2 of the features is ",
            "outlying-features",
            Problem.OUTLYING_FEATURES,
            Severity.INFO,
            Scenes::network,
            () -> changed(d -> d.getFeatures().getColumn(2).muli(100))),
        new RuleCase(
            "The first is row 4 of minibatch 2",
            "outlying-features",
            Problem.OUTLYING_FEATURES,
            Severity.INFO,
            Scenes::network,
            () -> inOne(2, d -> d.getFeatures().getRow(4).assign(100))),
        new RuleCase(
            "1 of 4 feature columns are constant",
            "outlying-features",
            Problem.CONSTANT_FEATURES,
            Severity.INFO,
            Scenes::network,
            () -> changed(d -> d.getFeatures().getColumn(3).assign(1))),
        new RuleCase(
            "it can learn them by heart",
            "example-count",
            Problem.FEW_EXAMPLES,
            Severity.INFO,
            () ->
                network(
                    new Adam(1e-3),
                    new DenseLayer.Builder().nIn(4).nOut(4000).build(),
                    new DenseLayer.Builder().nIn(4000).nOut(8).build(),
                    softmax()),
            Scenes::data),
        new RuleCase(
            "Each minibatch has one example: its gradient is mostly noise",
            "example-count",
            Problem.FEW_EXAMPLES,
            Severity.INFO,
            Scenes::network,
            () -> data(40, 1)),
        new RuleCase(
            "the batch normalization in layer 1 returns a constant",
            "example-count",
            Problem.UNSUITABLE_NETWORK,
            Severity.WARNING,
            () ->
                network(
                    new Adam(1e-2),
                    dense(Activation.RELU),
                    new BatchNormalization.Builder().nIn(8).nOut(8).build(),
                    softmax()),
            () -> data(40, 1)));
  }

  @ParameterizedTest
  @MethodSource("problems")
  void shouldFindIt(RuleCase sick) {
    sick.check();
  }

  @Test
  void shouldFindNothingInHealthyNetworks() {
    assertThat(RuleCase.check(network(), data()).findings()).isEmpty();
    assertThat(
            RuleCase.check(
                    network(new Adam(1e-2), dense(Activation.TANH), mse(Activation.IDENTITY)),
                    regression(1))
                .findings())
        .isEmpty();
  }

  /** As of HALF: each label may be rounded, so that the sum is less exact than a label. */
  @Test
  void shouldAllowAsMuchRoundingOfASumAsInTraining() {
    assertThat(RuleCase.check(network(), changed(d -> d.getLabels().muli(0.9985))).findings())
        .extracting(Diagnosis::problem)
        .doesNotContain(Problem.UNSUITABLE_LABELS);
  }

  @Test
  void shouldNotJudgeTheScaleOfIndices() {
    MultiLayerNetwork net =
        network(new Adam(1e-2), new EmbeddingLayer.Builder().nIn(1000).nOut(8).build(), softmax());
    List<DataSet> words =
        changed(d -> d.setFeatures(columns(d.getFeatures(), 1).muli(50).addi(500)));

    assertThat(RuleCase.check(net, words).findings())
        .extracting(Diagnosis::detector)
        .doesNotContain("feature-scale", "outlying-features", "network-shape");
  }

  private static List<DataSet> inOne(int minibatch, Consumer<DataSet> change) {
    List<DataSet> data = data();
    change.accept(data.get(minibatch));
    return data;
  }

  private static List<DataSet> sorted() {
    DataSet all = DataSet.merge(data());
    List<DataSet> rows = all.asList();
    rows.sort(Comparator.comparing(row -> row.getLabels().argMax(1).getInt(0)));
    return DataSet.merge(rows).batchBy(Scenes.BATCH);
  }

  private static INDArray ofOneClass(int rows) {
    INDArray labels = Nd4j.create(rows, Scenes.CLASSES);
    labels.getColumn(1).assign(1);
    return labels;
  }

  private static void mostlyOfOneClass(INDArray labels) {
    for (int row = 2; row < labels.rows(); row++) {
      labels.putRow(row, ofOneClass(1));
    }
  }

  /** With plain SGD of a small rate, labels of a scale of 1 would be learned slowly. */
  @ParameterizedTest
  @CsvSource({"1e-4, new Adam(", "0.5, ''"})
  void shouldNameTheUpdaterForNormalizedLabels(double rate, String updater) {
    SetupReport report =
        RuleCase.check(
            network(new Sgd(rate), dense(Activation.RELU), mse(Activation.IDENTITY)),
            regression(500));

    assertThat(report.findings())
        .filteredOn(finding -> finding.problem().equals(Problem.UNNORMALIZED_LABELS))
        .singleElement()
        .satisfies(
            finding ->
                assertThat(finding.remedies().get(0).code())
                    .startsWith("NormalizerStandardize")
                    .contains("fitLabel(true)", updater));
  }
}
