package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.NetworkLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DataDetectorTest {
  private static SimulatedRun run(NetworkLayout layout) {
    return new SimulatedRun(layout, new DataDetector());
  }

  private static SimulatedRun classifier() {
    return run(LayoutBuilder.classifier(2, "relu"));
  }

  @ParameterizedTest
  @CsvSource({
    "1, softmax, LossMCXENT, Softmax over a single unit",
    "1, softmax, LossMSE, Softmax over a single unit",
    "10, identity, LossMCXENT, 'LossMCXENT takes the logarithm of a probability, but the output"
        + " activation identity gives none.'",
    "10, relu, LossNegativeLogLikelihood, LossNegativeLogLikelihood takes the logarithm",
    "1, tanh, LossBinaryXENT, 'LossBinaryXENT takes the logarithm of a probability, but the"
        + " output'",
    "0, identity, LossMCXENT, LossMCXENT takes the logarithm of a probability",
    "10, identity, LossSparseMCXENT, LossSparseMCXENT takes the logarithm",
    "10, softmax, LossMCXENT, ",
    "10, sigmoid, LossMCXENT, LossMCXENT rewards the output of the true class",
    "1, sigmoid, LossBinaryXENT, ",
    "10, softmax, LossSparseMCXENT, ",
    "1, identity, LossMSE, ",
    "3, tanh, LossMSE, ",
  })
  void shouldFindAnOutputThatDoesNotFitItsLossBeforeTheFirstUpdate(
      long units, String activation, String loss, String words) {
    SimulatedRun run = run(LayoutBuilder.withOutput(units, activation, loss));
    run.next.data.minibatches = 0;
    run.run(200);

    assertThat(String.join("", run.found())).isEqualTo(words == null ? "" : "data WARNING layer1");
    assertThat(run.reported())
        .allMatch(d -> d.iteration() == 0 && d.sentence().contains(words))
        .allMatch(
            d ->
                activation.equals("softmax")
                    ? d.comparison() == Comparison.EQUAL
                    : words.contains("rewards")
                        ? d.comparison() == Comparison.ABOVE && d.observed() == units
                        : d.comparison() == Comparison.BELOW
                            && d.observed() == 0
                            && d.threshold() == Math.max(1, units));
  }

  @ParameterizedTest
  @CsvSource({
    "sigmoid, LossMSE, -5, 5, true",
    "sigmoid, LossMSE, 0, 1, false",
    "hardsigmoid, LossMSE, 0, 50, true",
    "softmax, LossMCXENT, 0, 9, true",
    "softmax, LossMCXENT, 0, 1, false",
    "softmax, LossSparseMCXENT, 0, 9, false",
    "softmax, LossSparseMCXENT, 0, 10, true",
    "softmax, LossKLD, -1, 1, true",
    "identity, LossHinge, -1, 1, false",
    "identity, LossHinge, 0, 9, true",
    "identity, LossPoisson, 0, 40, false",
    "softplus, LossPoisson, -1, 40, true",
    "identity, LossMSLE, -3, 1, true",
    "sigmoid, LossMultiLabel, 0, 1, false",
    "tanh, LossCosineProximity, -5, 300, false",
    "identity, LossWasserstein, -1, 1, false",
    "tanh, OwnLoss, 0, 300, true",
    "own, LossMSE, -1e6, 1e6, false",
    "sigmoid, LossBinaryXENT, -1, 1, true",
    "tanh, LossMSE, -1, 1, false",
    "tanh, LossMSE, 0, 1, false",
    "tanh, LossMSE, 0, 300, true",
    "softsign, LossL2, -8, 0, true",
    "rationaltanh, LossMSE, -1.5, 1.5, false",
    "rectifiedtanh, LossMSE, 0, 1, false",
    "rectifiedtanh, LossMSE, -1, 1, true",
    "hardtanh, LossMSE, -1, 1, false",
    "relu6, LossMSE, 0, 6, false",
    "relu6, LossMSE, 0, 60, true",
    "elu(alpha=1.0), LossMSE, -0.9, 50, false",
    "elu(alpha=1.0), LossMSE, -3, 50, true",
    "elu(alpha=4.0), LossMSE, -3, 50, false",
    "thresholdedrelu(theta=1.0), LossMSE, -3, 50, true",
    "relu, LossMSE, -3, 3, true",
    "relu, LossMSE, 0, 1e6, false",
    "softplus, LossMSE, -3, 3, true",
    "identity, LossMSE, -1e6, 1e6, false",
    "leakyrelu, LossMSE, -3, 3, false",
    "sigmoid, LossMSE, NaN, NaN, false",
  })
  void shouldFindLabelsThatTheOutputCannotReach(
      String activation, String loss, double min, double max, boolean expected) {
    SimulatedRun run = run(LayoutBuilder.withOutput(10, activation, loss));
    run.run(5);
    run.next.data.labelMin = min;
    run.next.data.labelMax = max;
    run.run(40);

    assertThat(String.join("", run.found())).isEqualTo(expected ? "data WARNING layer1" : "");
    assertThat(run.reported())
        .allMatch(d -> d.iteration() == 5 && d.sentence().startsWith("Labels go from "));
  }

  @ParameterizedTest
  @CsvSource({
    "softmax, LossMCXENT, 0.5, 32, true",
    "softmax, LossBinaryXENT, 0.5, 32, true",
    "softmax, LossMCXENT, 0.05, 32, false", // one or two rows
    "softmax, LossMCXENT, 0, 32, false",
    "softmax, LossMCXENT, NaN, 32, false",
    "softmax, LossSparseMCXENT, 1, 32, false", // numbers of classes
    "sigmoid, LossBinaryXENT, 1, 32, false",
  })
  void shouldFindLabelsThatDoNotAddUpToOne(
      String activation, String loss, double share, long vectors, boolean expected) {
    SimulatedRun run = run(LayoutBuilder.withOutput(10, activation, loss));
    run.next.data.otherLabelSumShare = share;
    run.next.data.labelVectors = vectors;
    run.run(40);

    assertThat(String.join("", run.found())).isEqualTo(expected ? "data WARNING layer1" : "");
    assertThat(run.reported())
        .allMatch(d -> d.sentence().contains("do not add up to 1, but the outputs of softmax"));
  }

  /** A layer that gives 1 for every example leaves nothing to learn from. */
  @ParameterizedTest
  @CsvSource({"1, 'data WARNING layer1'", "2, ''"})
  void shouldFindSoftmaxOverOneUnitBeforeTheOutput(long units, String expected) {
    SimulatedRun run =
        run(
            new LayoutBuilder()
                .dense(1, "relu")
                .output(units, "softmax", "")
                .output(1, "sigmoid", "LossBinaryXENT")
                .build());
    run.run(40);

    assertThat(String.join("", run.found())).isEqualTo(expected);
    assertThat(run.reported())
        .allMatch(d -> d.remedies().get(0).code().contains("Activation.SIGMOID"));
  }

  @Test
  void shouldNotGuessWhichOutputLabelsBelongTo() {
    SimulatedRun run =
        run(
            new LayoutBuilder()
                .output(1, "sigmoid", "LossBinaryXENT")
                .output(1, "identity", "LossMSE")
                .build());
    run.next.data.labelMax = 100;
    run.run(100);

    assertThat(run.reported()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, ''",
    "0.5, 0.3, ''",
    "0, 0.1, ''",
    "0, 5000, data INFO",
    "-5000, 1, data INFO",
    "1e-7, 1e-6, data INFO",
    "0, 0, ''",
    "NaN, NaN, ''",
  })
  void shouldMentionFeaturesOfAnUnusualScale(double mean, double deviation, String expected) {
    SimulatedRun run = classifier();
    run.next.data.featureMean = mean;
    run.next.data.featureStandardDeviation = deviation;
    run.learn(200);

    assertThat(String.join("", run.found())).isEqualTo(expected);
    assertThat(run.reported()).allMatch(d -> d.iteration() == 0);
  }

  @Test
  void shouldNotAskForNormalizedIndicesOfAnEmbedding() {
    SimulatedRun run =
        run(new LayoutBuilder().embedding().output(10, "softmax", "LossMCXENT").build());
    run.next.data.featureMean = 5_000;
    run.next.data.featureStandardDeviation = 3_000;
    run.learn(200);

    assertThat(run.found()).isEmpty();
  }

  @Test
  void shouldMakeFeaturesAnAlarmWhereTheyExplainOne() {
    SimulatedRun run =
        new SimulatedRun(
            LayoutBuilder.classifier(2, "relu"), new DataDetector(), new DeadReluDetector());
    run.next.data.featureStandardDeviation = 5000;
    run.learn(50);
    run.next.silentUnitFraction[0] = 1;
    run.learn(50);

    assertThat(run.found())
        .containsExactly("data INFO", "dead_relu WARNING layer0", "data WARNING");
    assertThat(run.latest().get(0).isResolved()).isTrue();
    assertThat(run.latest().get(1).causeId()).isGreaterThanOrEqualTo(0);
  }

  @ParameterizedTest
  @CsvSource({"100, data WARNING", "1, data WARNING", "0.5, ''"})
  void shouldMakeFeaturesAnAlarmWhereTheScoreStaysNoBetterThanAConstants(
      double timesChance, String expected) {
    SimulatedRun run = classifier();
    run.next.data.featureStandardDeviation = 5000;
    run.run(500, (m, i) -> m.score = timesChance * SimulatedRun.CHANCE * run.noise(0.05));

    assertThat(String.join("", run.alarms())).isEqualTo(expected);
  }

  /** A network that falls from a blown-up score is still far from a prediction of 0. */
  @ParameterizedTest
  @CsvSource({
    "1e12, 0, data WARNING",
    "1e12, 1e6, ''", // the mean of the labels is as far away, and is learned
    "1e5, 0, ''",
  })
  void shouldMakeFeaturesAnAlarmWhileTheOutputIsBlownUp(
      double start, double labelMean, String expected) {
    SimulatedRun run = run(LayoutBuilder.withOutput(1, "identity", "LossMSE"));
    run.next.data.featureStandardDeviation = 1e7;
    run.next.data.labelColumns = 1;
    run.next.data.labelMean = labelMean;
    run.next.data.labelStandardDeviation = 1;
    run.next.data.labelVariance = 1;
    run.run(300, (m, i) -> m.score = start * Math.exp(-i / 20.0) * run.noise(0.1));

    assertThat(String.join("", run.alarms())).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"20, 20, data WARNING layer0", "20, 12, ''", "0, 0, ''"})
  void shouldFindFeaturesThatAreAllConstant(int columns, int constant, String expected) {
    SimulatedRun run = classifier();
    run.next.data.featureColumns = columns;
    run.next.data.constantFeatureColumns = constant;
    run.learn(100);

    assertThat(String.join("", run.found())).isEqualTo(expected);
  }

  @Test
  void shouldSayNothingOfDataBeforeThereAreAny() {
    SimulatedRun run = classifier();
    run.next.data.minibatches = 0;
    run.next.data.featureStandardDeviation = 5000;
    run.next.data.labelMax = 500;
    run.learn(100);

    assertThat(run.reported()).isEmpty();
  }
}
