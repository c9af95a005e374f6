package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.NetworkLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SaturationDetectorTest {
  private final SimulatedRun run =
      new SimulatedRun(LayoutBuilder.classifier(3, "sigmoid"), new SaturationDetector());

  @ParameterizedTest
  @CsvSource({
    "1, 0.98, false, saturated WARNING layer1",
    "1, 0.98, true, saturated INFO layer1",
    "3, 0.98, false, saturated WARNING layer3",
    "3, 0.98, true, ''",
    "1, 0.8, false, saturated INFO layer1", // as much as is allowed
    "1, 0.5, false, ''",
    "1, 0.2, false, ''",
    "1, NaN, false, ''",
  })
  void shouldJudgeSaturatedActivationsByTheirShareAndTheScore(
      int layer, double share, boolean learns, String expected) {
    run.run(400, (m, i) -> m.score = SimulatedRun.learning(learns ? i : 0) * run.noise(0.01));
    run.next.saturatedFraction[layer] = share;
    run.run(400, (m, i) -> m.score = SimulatedRun.learning(learns ? i : 0) * run.noise(0.01));

    assertThat(String.join("", run.found())).isEqualTo(expected);
    assertThat(run.reported())
        .allMatch(d -> d.observed() == share && d.iteration() >= 400 && d.iteration() < 440)
        .allMatch(d -> d.threshold() < share);
  }

  @Test
  void shouldBecomeAnAlarmWhenTheScoreTurnsOutToStandStill() {
    run.next.saturatedFraction[0] = 0.98;
    run.standStill(1000);

    assertThat(run.found()).containsExactly("saturated INFO layer0", "saturated WARNING layer0");
    assertThat(run.latest().get(0).endIteration()).isEqualTo(run.latest().get(1).iteration());
  }

  @Test
  void shouldEndWhenActivationsHaveLeftTheirLimits() {
    run.next.saturatedFraction[0] = 0.98;
    run.learn(100);
    run.next.saturatedFraction[0] = 0.1;
    run.learn(5000);

    assertThat(run.found()).containsExactly("saturated INFO layer0");
    assertThat(run.latest().get(0).isResolved()).isTrue();
  }

  /** Outputs that explode reach limits at which the slope of sigmoid is rounded to 0. */
  @ParameterizedTest
  @CsvSource({
    "sigmoid, LossBinaryXENT, 1, saturated WARNING",
    "identity, LossMSE, 1, ''",
    "sigmoid, LossBinaryXENT, 0.01, ''", // every example is fitted
  })
  void shouldNameAnOutputWithoutSlope(
      String activation, String loss, double score, String expected) {
    NetworkLayout layout = LayoutBuilder.withOutput(1, activation, loss);
    SimulatedRun regression = new SimulatedRun(layout, new SaturationDetector());
    regression.run(60, (m, i) -> m.score = 1);
    regression.run(
        100,
        (m, i) -> {
          m.score = score;
          for (int layer = 0; layer < layout.layers().size(); layer++) {
            SimulatedRun.gradient(m, layout, layer, score > 0.1 || i > 120 ? 0 : 1);
          }
        });

    assertThat(String.join("", regression.found())).startsWith(expected);
    assertThat(regression.found()).hasSize(expected.isEmpty() ? 0 : 1);
    assertThat(regression.reported())
        .allMatch(d -> d.iteration() == 61 && d.layer() == layout.onlyOutput())
        .allMatch(d -> d.sentence().contains("at a limit of their activation function"));
  }
}
