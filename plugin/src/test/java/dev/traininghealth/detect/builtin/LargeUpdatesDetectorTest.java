package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.diagnose.Advised;
import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LargeUpdatesDetectorTest {
  private static final int WEIGHTS_OF_LAYER_1 = 2;

  private final SimulatedRun run =
      new SimulatedRun(LayoutBuilder.classifier(3, "relu"), new LargeUpdatesDetector());

  @ParameterizedTest
  @CsvSource({"0.5, false, true", "0.5, true, false", "1e-3, false, false"})
  void shouldFindUpdatesThatOverwriteWhatWasLearned(
      double ratio, boolean scoreFalls, boolean expected) {
    run.next.updateNorm[WEIGHTS_OF_LAYER_1] = ratio * run.next.weightNorm[WEIGHTS_OF_LAYER_1];
    if (scoreFalls) {
      run.learn(1000);
    } else {
      run.standStill(1000);
    }

    assertThat(String.join("", run.found())).isEqualTo(expected ? "exploding WARNING 1_W" : "");
    assertThat(run.reported()).hasSize(expected ? 1 : 0);
    assertThat(run.reported()).allMatch(d -> d.iteration() >= 10 && d.iteration() <= 100);
  }

  @Test
  void shouldFindUpdatesOfMostMatricesWhereTheScoreStandsStill() {
    SimulatedRun.ratios(run.next, 0.07);
    run.standStill(300);

    assertThat(run.found()).as("of the network, once").containsExactly("exploding WARNING");
  }

  @ParameterizedTest
  @CsvSource({"5, exploding CRITICAL 1_W", "0.01, ''", "1e-9, ''"})
  void shouldFindAStepThatRewritesALayer(double ratio, String expected) {
    run.learn(50);
    double usual = run.next.updateNorm[WEIGHTS_OF_LAYER_1];
    run.next.updateNorm[WEIGHTS_OF_LAYER_1] = ratio * run.next.weightNorm[WEIGHTS_OF_LAYER_1];
    run.learn(1);
    run.next.updateNorm[WEIGHTS_OF_LAYER_1] = usual;
    run.learn(200);

    assertThat(String.join("", run.found())).isEqualTo(expected);
    assertThat(run.latest())
        .allMatch(d -> d.iteration() == 50 && d.endIteration() > 50 && d.observed() == ratio);
  }

  @ParameterizedTest
  @CsvSource({"8000, exploding CRITICAL 1_W", "8, ''", "0.1, ''"})
  void shouldCompareTheFirstStepWithTheWeightsBeforeIt(double update, String expected) {
    run.run(
        1,
        (m, i) -> {
          m.updateNorm[WEIGHTS_OF_LAYER_1] = update;
          m.weightNorm[WEIGHTS_OF_LAYER_1] = Math.max(update, 8);
        });

    assertThat(String.join("", run.found())).isEqualTo(expected);
    assertThat(run.reported()).allMatch(d -> d.observed() == update / 8);
  }

  /** One rate, or one minibatch, is the cause: one alarm, at the largest jump. */
  @Test
  void shouldReportFirstJumpsOfAllMatricesOnce() {
    run.run(
        3,
        (m, i) -> {
          Arrays.fill(m.updateNorm, 8000);
          Arrays.fill(m.weightNorm, 8000);
          m.updateNorm[WEIGHTS_OF_LAYER_1] = i == 0 ? 80_000 : 8000;
          m.weightNorm[WEIGHTS_OF_LAYER_1] = 80_000;
        });

    assertThat(run.found()).containsExactly("exploding CRITICAL 1_W");
    assertThat(run.reported().get(0).sentence())
        .startsWith("One update of 1_W of layer 1")
        .endsWith("Further matrices with such an update: 3.");
  }

  @Test
  void shouldReportALaterJumpOfAllMatricesOnce() {
    run.learn(50);
    double[] usual = run.next.updateNorm.clone();
    Arrays.setAll(run.next.updateNorm, p -> 5 * run.next.weightNorm[p]);
    run.learn(1);
    System.arraycopy(usual, 0, run.next.updateNorm, 0, usual.length);
    run.learn(100);
    run.next.updateNorm[WEIGHTS_OF_LAYER_1] = 5 * run.next.weightNorm[WEIGHTS_OF_LAYER_1];
    run.learn(1);

    assertThat(run.found()).as("the second one is another").hasSize(2);
    assertThat(run.found().get(1)).isEqualTo("exploding CRITICAL 1_W");
  }

  /** A first step of a thousand times the weights: a rate, or a derivative that is wrong. */
  @ParameterizedTest
  @ValueSource(strings = {"", "CustomTanh"})
  void shouldAdviseTheCheckOfTheUsersDerivativeFirst(String ofClass) {
    NetworkLayout layout =
        new LayoutBuilder()
            .userDerivative(ofClass)
            .dense(2, "relu")
            .output(10, "softmax", "LossMCXENT")
            .build();
    SimulatedRun own = new SimulatedRun(layout, new LargeUpdatesDetector());
    own.run(
        1,
        (m, i) -> {
          m.updateNorm[WEIGHTS_OF_LAYER_1] = 8000;
          m.weightNorm[WEIGHTS_OF_LAYER_1] = 8000;
        });

    Remedy first = own.reported().get(0).remedies().get(0);
    assertThat(first.code().contains("GradientCheckUtil")).isEqualTo(!ofClass.isEmpty());
    assertThat(first.advice().contains("CustomTanh")).isEqualTo(!ofClass.isEmpty());
  }

  @ParameterizedTest
  @CsvSource({"50, 5, 1e-4", "0, 0.5, 2e-6"})
  void shouldAdviseByTheUsualRatioAndNotByOneJump(int before, double ratio, double rate) {
    Arrays.fill(run.next.learningRate, 1e-3);
    run.standStill(before);
    run.next.updateNorm[WEIGHTS_OF_LAYER_1] = ratio * run.next.weightNorm[WEIGHTS_OF_LAYER_1];
    run.standStill(100);

    assertThat(Advised.updaters(run.reported().get(0).remedies()))
        .containsExactly(new Advised.Updater("Adam", rate));
  }

  /** As by a large L2: the update is small beside what the weights were. */
  @Test
  void shouldSayNothingOfUpdatesThatAreLargeBesideWeightsThatCollapsed() {
    run.run(
        400,
        (m, i) -> {
          double left = Math.max(0.02, Math.exp(-i / 15.0));
          Arrays.setAll(m.weightNorm, p -> 8 * left);
          Arrays.fill(m.updateNorm, 0.02);
          m.score = SimulatedRun.CHANCE * run.noise(0.01);
        });

    assertThat(run.found()).isEmpty();
  }

  @Test
  void shouldTakeAMatrixThatBeginsAtZero() {
    run.next.weightNorm[WEIGHTS_OF_LAYER_1] = 0;
    run.run(
        500,
        (m, i) -> {
          m.updateNorm[WEIGHTS_OF_LAYER_1] = 1e-2;
          m.weightNorm[WEIGHTS_OF_LAYER_1] = 1e-2 * (i + (i > 0 ? 1 : 0));
          m.score = SimulatedRun.learning(i) * run.noise(0.05);
        });

    assertThat(run.reported()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1, true", "-1, false"})
  void shouldFindWeightsThatGrowWithTheScore(int direction, boolean expected) {
    run.run(
        1000,
        (m, i) -> {
          m.weightNorm[WEIGHTS_OF_LAYER_1] = 8 * Math.exp(i / 100.0);
          m.score = (3 + direction * i / 400.0) * run.noise(0.01);
        });

    assertThat(String.join("", run.found())).isEqualTo(expected ? "exploding WARNING 1_W" : "");
  }

  @Test
  void shouldNotBeBlindAfterNonFiniteNorms() {
    run.learn(30);
    double usual = run.next.updateNorm[WEIGHTS_OF_LAYER_1];
    for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 0}) {
      run.next.updateNorm[WEIGHTS_OF_LAYER_1] = value;
      run.next.weightNorm[WEIGHTS_OF_LAYER_1] = value;
      run.learn(5);
    }
    run.next.updateNorm[WEIGHTS_OF_LAYER_1] = usual;
    run.next.weightNorm[WEIGHTS_OF_LAYER_1] = 8;
    run.learn(5);
    assertThat(run.reported()).isEmpty();

    run.next.updateNorm[WEIGHTS_OF_LAYER_1] = 80;
    run.learn(1);
    assertThat(run.found()).containsExactly("exploding CRITICAL 1_W");
  }
}
