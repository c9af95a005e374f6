package dev.traininghealth.detect.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Problems;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NonFiniteOrigin;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CommonAdviceTest {
  private static final String HE = ".weightInit(WeightInit.RELU)";
  private static final String RELU = ".activation(Activation.RELU)" + HE;
  private static final String CLIPPING = "GradientNormalization.ClipL2PerLayer";

  private static Advised mlp(String activation) {
    return new Advised(LayoutBuilder.classifier(4, activation));
  }

  @ParameterizedTest
  @CsvSource({
    "vanishing, sigmoid, true",
    "vanishing, tanh, true",
    "saturated, sigmoid, true",
    "not_learning, sigmoid, true",
    "vanishing, relu, false",
    "vanishing, leakyrelu, false",
    "exploding, sigmoid, false",
    "plateau, sigmoid, false",
  })
  void shouldAdviseReluWhereHiddenLayersSquash(
      String problem, String activation, boolean expected) {
    List<Remedy> remedies = mlp(activation).on(Problems.of(problem));

    assertThat(remedies.stream().anyMatch(r -> r.code().equals(RELU))).isEqualTo(expected);
  }

  @Test
  void shouldCountTheLayersThatSquash() {
    NetworkLayout one =
        new LayoutBuilder()
            .dense(2, "relu")
            .dense(1, "tanh")
            .output(10, "softmax", "LossMCXENT")
            .build();
    NetworkLayout three =
        new LayoutBuilder()
            .dense(2, "relu")
            .dense(3, "sigmoid")
            .output(10, "softmax", "LossMCXENT")
            .build();

    assertThat(new Advised(one).on(Problem.VANISHING_GRADIENT).get(0).advice())
        .contains("instead of tanh in hidden layer 2: its slope");
    assertThat(new Advised(three).on(Problem.VANISHING_GRADIENT).get(0).advice())
        .contains("instead of sigmoid in hidden layers (3 of them): its slope");
  }

  @ParameterizedTest
  @CsvSource({
    "-1, -1, rate from 0.001 to about 0.01. Updates are 1000 times smaller than usual.",
    "2, 4, rate of layer 2 alone from 0.001 to about 0.01. Updates are 1000 times smaller than usual.",
  })
  void shouldRaiseTheLearningRateWhereUpdatesAreSmall(int layer, int parameter, String words) {
    Finding small =
        Finding.of(
                Problem.NOT_LEARNING, Severity.INFO, 1e-6, Comparison.BELOW, 1e-4, () -> "Small.")
            .at(layer, parameter);

    assertThat(mlp("relu").on(small).get(0).advice()).contains("Raise the learning " + words);
  }

  @Test
  void shouldPutTheMostPromisingFirst() {
    assertThat(mlp("sigmoid").on(Problem.VANISHING_GRADIENT).get(0).code()).isEqualTo(RELU);
    assertThat(mlp("relu").features(0, 9000).on(Problem.EXPLODING_GRADIENT).get(0).advice())
        .startsWith("Normalize the features");
    assertThat(mlp("relu").on(Problem.EXPLODING_GRADIENT).get(0).advice())
        .isEqualTo("Lower the learning rate from 0.001 to about 1e-4. This was not tried.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"exploding", "vanishing"})
  void shouldAdviseLstmInsteadOfSimpleRnnAlone(String problem) {
    NetworkLayout rnn = new LayoutBuilder().simpleRnn().output(10, "softmax", "LossMCXENT").build();

    assertThat(Advised.code(new Advised(rnn).on(Problems.of(problem))))
        .contains("new LSTM.Builder().nOut(64)")
        .doesNotContain("BatchNormalization", RELU);
    assertThat(Advised.code(mlp("relu").on(Problems.of(problem)))).doesNotContain("LSTM");
  }

  @ParameterizedTest
  @CsvSource({
    "1, softmax, LossMCXENT, LossFunction.XENT).nOut(1).activation(Activation.SIGMOID)",
    "10, identity, LossMCXENT, .activation(Activation.SOFTMAX)",
    "10, sigmoid, LossNegativeLogLikelihood, .activation(Activation.SOFTMAX)",
    "1, identity, LossBinaryXENT, .activation(Activation.SIGMOID)",
  })
  void shouldFitTheOutputToTheLoss(long units, String activation, String loss, String code) {
    Advised advice = new Advised(LayoutBuilder.withOutput(units, activation, loss));

    assertThat(advice.on(Problem.UNNORMALIZED_FEATURES).get(0).code()).contains(code);
    assertThat(advice.on(Problem.NOT_LEARNING).get(0).code()).contains(code);
  }

  @ParameterizedTest
  @CsvSource({"10, softmax, LossMCXENT", "1, sigmoid, LossBinaryXENT", "1, identity, LossMSE"})
  void shouldLeaveAnOutputThatFits(long units, String activation, String loss) {
    assertThat(
            Advised.code(
                new Advised(LayoutBuilder.withOutput(units, activation, loss))
                    .on(Problem.NOT_LEARNING)))
        .doesNotContain("Activation.S", "LossFunction");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 255, 4, 3, ImagePreProcessingScaler(0, 1)",
    "0, 255, 2, 784, ImagePreProcessingScaler(0, 1)",
    "0, 255, 2, 2, NormalizerStandardize()", // a table
    "0, 255, 3, 784, NormalizerStandardize()", // a series
    "-9000, 9000, 4, 3, NormalizerStandardize()",
    "5000, 5001, 4, 3, NormalizerStandardize()",
    "-1e-4, 1e-4, 4, 3, NormalizerStandardize()",
    "1.7, 1.75, 2, 3, NormalizerStandardize()",
  })
  void shouldNormalizeFeaturesByTheirKind(
      double min, double max, int rank, int columns, String code) {
    for (String problem :
        List.of("non_finite", "exploding", "dead_relu", "saturated", "oscillating", "data")) {
      assertThat(
              Advised.code(mlp("relu").features(min, max, rank, columns).on(Problems.of(problem))))
          .as(problem)
          .contains(code);
      assertThat(Advised.code(mlp("relu").on(Problems.of(problem))))
          .as(problem)
          .doesNotContain("iterator");
    }
  }

  @Test
  void shouldNotNormalizeIndices() {
    NetworkLayout layout =
        new LayoutBuilder()
            .embedding()
            .dense(1, "relu")
            .output(10, "softmax", "LossMCXENT")
            .build();

    assertThat(Advised.code(new Advised(layout).features(0, 799).on(Problem.NOT_LEARNING)))
        .doesNotContain("iterator");
  }

  @ParameterizedTest
  @ValueSource(strings = {"exploding", "non_finite", "oscillating"})
  void shouldAdviseClippingWhereThereIsNone(String problem) {
    NetworkLayout clipped =
        new LayoutBuilder()
            .clipping("ClipElementWiseAbsoluteValue")
            .dense(3, "relu")
            .output(10, "softmax", "LossMCXENT")
            .build();

    assertThat(Advised.code(mlp("relu").on(Problems.of(problem)))).contains(CLIPPING);
    assertThat(Advised.code(new Advised(clipped).on(Problems.of(problem))))
        .doesNotContain("GradientNormalization");
  }

  @ParameterizedTest
  @CsvSource({
    "relu, WeightInitNormal, true",
    "relu, WeightInitUniform, true",
    "relu, WeightInitRelu, false",
    "tanh, WeightInitNormal, false",
  })
  void shouldAdviseHeInitializationForReluThatHasAnother(
      String activation, String init, boolean expected) {
    NetworkLayout layout =
        new LayoutBuilder()
            .weightInit(init)
            .dense(4, activation)
            .output(10, "softmax", "LossMCXENT")
            .build();

    assertThat(Advised.code(new Advised(layout).on(Problem.DEAD_RELU)).contains(HE))
        .isEqualTo(expected);
  }

  @Test
  void shouldAdviseBatchNormalizationOnceAndNotInShallowNetworks() {
    NetworkLayout normalized =
        new LayoutBuilder()
            .dense(2, "relu")
            .batchNormalization()
            .dense(2, "relu")
            .output(10, "softmax", "LossMCXENT")
            .build();

    assertThat(Advised.code(mlp("relu").on(Problem.DEAD_RELU))).contains("BatchNormalization");
    assertThat(Advised.code(new Advised(normalized).on(Problem.DEAD_RELU)))
        .doesNotContain("BatchNormalization");
    assertThat(Advised.code(new Advised(LayoutBuilder.classifier(1, "relu")).on(Problem.DEAD_RELU)))
        .doesNotContain("BatchNormalization");
  }

  @ParameterizedTest
  @CsvSource({"30, true", "3, false"})
  void shouldAdviseFewerLayersOrSkipConnectionsInDeepNetworks(int layers, boolean expected) {
    Advised advice = new Advised(LayoutBuilder.classifier(layers, "relu"));

    assertThat(Advised.code(advice.on(Problem.VANISHING_GRADIENT)).contains("ElementWiseVertex"))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"2, true", "128, false"})
  void shouldAdviseLargerMinibatchesWhereTheyAreSmall(int batchSize, boolean expected) {
    Advised advice = mlp("relu");
    advice.m.batchSize = batchSize;

    assertThat(Advised.code(advice.on(Problem.OSCILLATING_SCORE)).contains("ListDataSetIterator"))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"FEATURES, getFeatures()", "LABELS, getLabels()"})
  void shouldLookForBadDataAloneWhereDataAreBad(NonFiniteOrigin.Place place, String code) {
    NonFiniteOrigin origin =
        new NonFiniteOrigin(place, -1, -1, 3, List.of(1), 1, false, Double.NaN);
    List<Remedy> remedies = mlp("relu").on(Advised.finding(Problem.NON_FINITE).withOrigin(origin));

    assertThat(remedies).hasSize(1);
    assertThat(remedies.get(0).code()).contains(code);
  }

  @ParameterizedTest
  @CsvSource({"SCORE, true", "GRADIENT, false"})
  void shouldLookAtTheOutputFirstWhereTheLossIsNotFinite(
      NonFiniteOrigin.Place place, boolean first) {
    NonFiniteOrigin origin = new NonFiniteOrigin(place, -1, -1, 1, List.of(), 0, true, Double.NaN);
    Advised advice = new Advised(LayoutBuilder.withOutput(10, "relu", "LossMCXENT"));
    List<Remedy> remedies = advice.on(Advised.finding(Problem.NON_FINITE).withOrigin(origin));

    assertThat(Advised.code(remedies)).contains("Activation.SOFTMAX");
    assertThat(remedies.get(0).code().contains("Activation.SOFTMAX")).isEqualTo(first);
  }

  @Test
  void shouldScaleLabelsWhereTheyAreWhatIsWrong() {
    Finding labels =
        Finding.of(
            Problem.UNSUITABLE_LABELS,
            Severity.WARNING,
            9,
            Comparison.ABOVE,
            1,
            () -> "Labels go from 0 to 9.");

    assertThat(Advised.code(mlp("relu").on(labels))).contains("Activation.IDENTITY");
    assertThat(mlp("relu").on(Problem.UNNORMALIZED_FEATURES)).isEmpty();
  }

  @Test
  void shouldKnowNothingOfProblemsOfUsers() {
    assertThat(mlp("sigmoid").features(0, 255).on(new Problem("mode_collapse"))).isEmpty();
  }
}
