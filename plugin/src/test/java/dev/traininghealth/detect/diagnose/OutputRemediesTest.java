package dev.traininghealth.detect.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.NonFiniteOrigin;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Remedies for outputs depend on the labels, so that the first one can help. */
final class OutputRemediesTest {
  private static final String LINEAR = "Activation.IDENTITY";
  private static final String BINARY = "LossFunction.XENT).nOut(1).activation(Activation.SIGMOID)";
  private static final String SPARSE = "LossFunction.SPARSE_MCXENT";

  private static Advised output(long units, String activation, String loss) {
    return new Advised(LayoutBuilder.withOutput(units, activation, loss));
  }

  /** Labels in one column, of classes or, with an entropy of NaN, of a quantity. */
  private static Advised labels(Advised advice, double min, double max, double entropy) {
    advice.m.data.labelColumns = 1;
    advice.m.data.labelMin = min;
    advice.m.data.labelMax = max;
    advice.m.data.labelMean = (min + max) / 2;
    advice.m.data.labelStandardDeviation = (max - min) / 4;
    advice.m.data.labelClassEntropy = entropy;
    return advice;
  }

  private static Finding unsuitableLabels() {
    return Finding.of(
            Problem.UNSUITABLE_LABELS, Severity.WARNING, 9, Comparison.ABOVE, 1, () -> "Labels.")
        .inLayer(1);
  }

  @ParameterizedTest
  @CsvSource({
    "softmax, LossMCXENT, 0, 1, 0.69, " + BINARY,
    "softmax, LossMSE, 0, 1, 0.69, " + BINARY,
    "softmax, LossMSE, 0, 1, NaN, " + LINEAR, // shares
    "softmax, LossMSE, -500, 400, NaN, " + LINEAR,
    "softmax, LossMSE, 0, 100, 4.6, " + LINEAR, // counts
    "sigmoid, LossMCXENT, 0, 2, 1.1, " + SPARSE,
    "softmax, LossBinaryXENT, 0, 100, 4.6, " + SPARSE,
    "softmax, LossMCXENT, NaN, NaN, NaN, " + BINARY,
  })
  void shouldFitOneUnitToTheLabels(
      String activation, String loss, double min, double max, double entropy, String first) {
    Advised advice = labels(output(1, activation, loss), min, max, entropy);

    assertThat(advice.on(Problem.UNSUITABLE_OUTPUT).get(0).code()).contains(first);
  }

  @ParameterizedTest
  @CsvSource({
    "sigmoid, LossMSE, -3, 3, NaN, " + LINEAR + ", false",
    "sigmoid, LossMSE, -350, 324, NaN, " + LINEAR + ", true",
    "sigmoid, LossMSE, 0, 4, 1.6, " + LINEAR + ", false", // counts
    "sigmoid, LossBinaryXENT, 0, 3, 1.4, " + SPARSE + ", false",
    "sigmoid, LossBinaryXENT, -1, 1, NaN, " + LINEAR + ", false",
    "softmax, LossSparseMCXENT, 1, 3, NaN, .nOut(numberOfClasses), false",
  })
  void shouldFitLabelsBeforeFeatures(
      String activation,
      String loss,
      double min,
      double max,
      double entropy,
      String first,
      boolean normalized) {
    Advised advice = labels(output(1, activation, loss), min, max, entropy).features(0, 9000);
    List<Remedy> remedies = advice.on(unsuitableLabels());

    assertThat(remedies.get(0).code()).contains(first);
    assertThat(remedies.get(0).code().contains("fitLabel(true)")).isEqualTo(normalized);
    assertThat(remedies.get(1).advice()).startsWith("Normalize the features");
  }

  /** No output learns labels that are all -1: something upstream makes them so. */
  @ParameterizedTest
  @CsvSource({"1024, true", "32, false"})
  void shouldLookAtLabelsThatAreAllTheSame(long examples, boolean expected) {
    Advised advice = labels(output(1, "sigmoid", "LossMSE"), -1, -1, Double.NaN);
    advice.m.data.labelVectors = examples;

    assertThat(advice.on(unsuitableLabels()).get(0).code().contains("getLabels()"))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "sigmoid, 0, 1, LossFunction.XENT)",
    "identity, -2, 5, LossFunction.MEAN_ABSOLUTE_ERROR)",
    "identity, 2, 5, .updater",
  })
  void shouldReplaceALossThatDividesByLabelsOfZero(
      String activation, double min, double max, String first) {
    Advised advice = labels(output(1, activation, "LossMAPE"), min, max, Double.NaN);
    NonFiniteOrigin origin =
        new NonFiniteOrigin(
            NonFiniteOrigin.Place.SCORE, -1, -1, 1, List.of(), 0, false, Double.NaN);

    assertThat(advice.on(Advised.finding(Problem.NON_FINITE).withOrigin(origin)).get(0).code())
        .contains(first);
  }

  /** An error of labels of a hundred has gradients a hundred times as large. */
  @ParameterizedTest
  @CsvSource({
    "identity, LossMSE, -400, 400, true",
    "relu, LossMAE, 0, 90, true",
    "identity, LossMSE, -2, 2, false",
    "softmax, LossSparseMCXENT, 0, 90, false", // numbers of classes
  })
  void shouldNormalizeLabelsOfAQuantityFirst(
      String activation, String loss, double min, double max, boolean expected) {
    for (Problem problem :
        List.of(
            Problem.EXPLODING_GRADIENT,
            Problem.DEAD_RELU,
            Problem.NON_FINITE,
            Problem.NOT_LEARNING)) {
      Advised advice = labels(output(10, activation, loss), min, max, Double.NaN);
      assertThat(advice.on(problem).get(0).code().contains("fitLabel(true)"))
          .as(problem.name())
          .isEqualTo(expected);
    }
  }

  /** The rate depends on the inputs of the widest layer. */
  @ParameterizedTest
  @CsvSource({
    "64, Sgd, 0.01, Adam(0.001)",
    "64, Sgd, 0.1, ''", // usual for normalized data
    "64, Nesterovs, 1e-3, Adam(0.001)",
    "64, Nesterovs, 0.01, ''",
    "64, Adam, 1e-4, Adam(0.001)",
    "64, Adam, 1e-3, ''",
    "16, Adam, 1e-3, Adam(0.006)",
    "2, Adam, 1e-3, Adam(0.01)",
    "64, Nadam, 1e-5, Nadam(0.001)",
    "64, AdaGrad, 1e-3, ''",
    "64, AdaDelta, NaN, ''",
  })
  void shouldAdviseAnUpdaterForTheNewScaleOfTheLabels(
      long width, String updater, double rate, String expected) {
    for (String activation : List.of("identity", "sigmoid")) {
      Advised advice =
          new Advised(
                  new LayoutBuilder()
                      .updater(updater)
                      .inputs(width)
                      .hidden(width, "relu")
                      .output(1, activation, "LossMSE")
                      .build())
              .learningRate(rate);
      labels(advice, -400, 400, Double.NaN);
      Remedy first =
          advice
              .on(
                  activation.equals("sigmoid")
                      ? unsuitableLabels()
                      : Advised.finding(Problem.NOT_LEARNING))
              .get(0);

      assertThat(first.code()).contains("fitLabel(true)");
      assertThat(first.code().contains(".updater")).isEqualTo(!expected.isEmpty());
      assertThat(first.code()).endsWith(expected.isEmpty() ? "" : "new " + expected + ")");
      assertThat(first.advice().contains("with it")).isEqualTo(!expected.isEmpty());
    }
  }

  /** Labels of scale 1 leave the gradient as it is. */
  @Test
  void shouldLeaveTheUpdaterWithLabelsThatStay() {
    Advised advice =
        new Advised(
                new LayoutBuilder()
                    .updater("Sgd")
                    .dense(1, "relu")
                    .output(1, "sigmoid", "LossMSE")
                    .build())
            .learningRate(0.01);

    assertThat(labels(advice, -3, 3, Double.NaN).on(unsuitableLabels()).get(0).code())
        .doesNotContain(".updater");
  }

  /** The first step moves a unit by inputs times rate, and more without a corrected mean. */
  @ParameterizedTest
  @CsvSource({
    "25088, RmsProp, 1e-3, RmsProp(9e-5)",
    "25088, RmsProp, 5e-5, ''",
    "25088, Adam, 1e-3, Adam(3e-4)",
    "9216, Adam, 1e-3, ''",
    "216, Nadam, 1e-3, Nadam(3e-4)",
    "64, Nadam, 1e-3, ''",
    "25088, Sgd, 0.1, ''",
    "25088, Adam, NaN, ''", // before training
  })
  void shouldLowerARateThatAnotherOutputWouldSuffer(
      long inputs, String updater, double rate, String expected) {
    Remedy first =
        new Advised(
                new LayoutBuilder()
                    .updater(updater)
                    .inputs(inputs)
                    .dense(1, "relu")
                    .output(1, "identity", "LossBinaryXENT")
                    .build())
            .learningRate(rate)
            .on(Problem.UNSUITABLE_OUTPUT)
            .get(0);

    assertThat(first.code())
        .isEqualTo(
            ".activation(Activation.SIGMOID)"
                + (expected.isEmpty() ? "" : " // and .updater(new " + expected + ")"));
    assertThat(first.advice().contains("Lower the learning rate")).isEqualTo(!expected.isEmpty());
  }

  @ParameterizedTest
  @CsvSource({"5, sigmoid, true", "3, sigmoid, false", "5, tanh, false", "5, relu, false"})
  void shouldChangeHiddenLayersThatWouldNotLearnBehindAnyOutput(
      int count, String activation, boolean expected) {
    Remedy first =
        new Advised(
                new LayoutBuilder()
                    .dense(count, activation)
                    .output(1, "identity", "LossBinaryXENT")
                    .build())
            .on(Problem.UNSUITABLE_OUTPUT)
            .get(0);

    assertThat(first.code()).startsWith(".activation(Activation.SIGMOID)");
    assertThat(first.code().endsWith("Activation.RELU).weightInit(WeightInit.RELU)"))
        .isEqualTo(expected);
    assertThat(first.advice().contains("hidden layers")).isEqualTo(expected);
  }

  @Test
  void shouldNotGuessTheLabelsOfSeveralOutputs() {
    Advised two =
        new Advised(
            new LayoutBuilder()
                .output(1, "softmax", "LossMSE")
                .output(1, "identity", "LossMSE")
                .build());

    assertThat(labels(two, -500, 400, Double.NaN).on(Problem.UNSUITABLE_OUTPUT).get(0).code())
        .contains(BINARY);
  }

  @ParameterizedTest
  @CsvSource({"0.9, .updater(new Adam(", "0.05, .activation(Activation.RELU)"})
  void shouldLowerARateBeyondAnyUseBeforeOtherUnitsAreTried(double rate, String code) {
    Advised network = new Advised(LayoutBuilder.classifier(3, "sigmoid")).learningRate(rate);

    assertThat(network.on(Problem.SATURATED_UNITS).get(0).code()).startsWith(code);
  }

  @ParameterizedTest
  @CsvSource({"relu, true", "tanh, false", "sigmoid, false"})
  void shouldLimitTheStateOfAnLstmFirst(String activation, boolean expected) {
    Advised lstm =
        new Advised(
            new LayoutBuilder().lstm(activation).output(10, "softmax", "LossMCXENT").build());

    for (Problem problem :
        List.of(
            Problem.EXPLODING_GRADIENT,
            Problem.DEAD_RELU,
            Problem.SATURATED_UNITS,
            Problem.NON_FINITE)) {
      assertThat(lstm.on(problem).get(0).code().contains("new LSTM.Builder().activation"))
          .as(problem.name())
          .isEqualTo(expected);
    }
  }

  /**
   * Prices of 1.72 that differ by a hundredth, and features that are such prices, or 500 to 900.
   */
  @ParameterizedTest
  @CsvSource({
    "identity, LossMSE, 1.70, 1.74, 1.70, 1.74, true",
    "identity, LossMSE, 1.70, 1.74, 500, 900, true",
    "identity, LossMSE, -1.7, 1.7, 500, 900, false", // normalized labels
    "identity, LossMSE, 1, 1, 500, 900, false", // constant labels
    "sigmoid, LossBinaryXENT, 0.70, 0.71, 500, 900, false", // no quantity
  })
  void shouldNormalizeLabelsThatHardlyDifferWithTheFeatures(
      String activation,
      String loss,
      double min,
      double max,
      double lowest,
      double highest,
      boolean withLabels) {
    Remedy first =
        labels(output(1, activation, loss), min, max, Double.NaN)
            .features(lowest, highest)
            .on(Problem.LARGE_UPDATES)
            .get(0);

    assertThat(first.advice()).startsWith("Normalize the features");
    assertThat(first.advice().contains("Normalize the labels")).isEqualTo(withLabels);
    assertThat(first.code().contains("fitLabel(true)")).isEqualTo(withLabels);
  }
}
