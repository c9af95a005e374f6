package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LabelScaleDetectorTest {
  private static SimulatedRun run(String activation, String loss, double mean, double deviation) {
    SimulatedRun run =
        new SimulatedRun(LayoutBuilder.withOutput(1, activation, loss), new LabelScaleDetector());
    run.next.data.minibatches = 20;
    run.next.data.labelMean = mean;
    run.next.data.labelStandardDeviation = deviation;
    run.next.data.labelVariance = deviation * deviation;
    return run;
  }

  @ParameterizedTest
  @CsvSource({
    "identity, LossMSE, 0, 1, ''",
    "identity, LossMSE, 3, 2, ''",
    "identity, LossMSE, 3700, 370, data INFO layer1",
    "identity, LossMAE, 0, 40, data INFO layer1",
    "relu, LossMSE, 500, 100, data INFO layer1",
    "identity, LossMSE, 1.72, 0.02, data INFO layer1",
    "identity, LossMSE, 0, 0.001, data INFO layer1",
    "identity, LossMSE, 5, 0, ''", // one constant label is no scale
    "sigmoid, LossMSE, 500, 100, ''", // outside of its range, which is another problem
    "identity, LossPoisson, 500, 100, ''",
    "softmax, LossMCXENT, 0.5, 0.5, ''",
  })
  void shouldFindLabelsFarFromTheScaleOfTheOutput(
      String activation, String loss, double mean, double deviation, String expected) {
    SimulatedRun run = run(activation, loss, mean, deviation);
    run.run(100, (m, i) -> m.score = (1 + deviation * deviation) * Math.exp(-i / 20.0));

    assertThat(String.join("", run.found())).isEqualTo(expected);
    assertThat(run.reported()).allMatch(d -> d.remedies().get(0).code().contains("fitLabel(true)"));
  }

  /** Labels that are normalized have another scale, which a low rate does not fit. */
  @ParameterizedTest
  @CsvSource({"3700, 370, true", "1.72, 0.02, false"})
  void shouldAdviseARateForLargeLabels(double mean, double deviation, boolean expected) {
    SimulatedRun run = run("identity", "LossMSE", mean, deviation);
    Arrays.fill(run.next.learningRate, 1e-5);
    run.run(40);

    assertThat(run.reported())
        .singleElement()
        .matches(d -> d.remedies().get(0).code().contains(".updater") == expected);
  }

  @ParameterizedTest
  @CsvSource({"1.4e7, 1e9, WARNING", "1.4e7, 30, INFO", "1e5, 1e9, INFO"})
  void shouldWarnWhileTheScoreIsFarWorseThanThatOfAConstantPrediction(
      double start, double time, String expected) {
    SimulatedRun run = run("identity", "LossMSE", 3700, 370);
    run.run(140, (m, i) -> m.score = start * Math.exp(-i / time) * run.noise(0.01));

    assertThat(run.latest().get(run.latest().size() - 1).severity()).hasToString(expected);
  }

  @Test
  void shouldNameWhatTheOutputIs() {
    SimulatedRun run = run("identity", "LossMSE", 3700, 370);
    run.next.activationIteration[1] = 20;
    run.next.activationMean[1] = 54;
    run.next.activationStandardDeviation[1] = 0.5;
    run.run(40);

    assertThat(run.reported())
        .singleElement()
        .matches(d -> d.sentence().endsWith("The output has mean 54 and standard deviation 0.5."));
  }
}
