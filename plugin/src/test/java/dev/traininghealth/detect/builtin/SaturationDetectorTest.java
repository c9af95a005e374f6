package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
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
}
