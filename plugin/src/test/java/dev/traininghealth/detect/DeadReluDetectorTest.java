package dev.traininghealth.detect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DeadReluDetectorTest {
  @ParameterizedTest
  @CsvSource({
    "relu, 1, true, dead_relu WARNING layer1",
    "relu, 1, false, dead_relu WARNING layer1",
    "relu6, 1, true, dead_relu WARNING layer1",
    "relu, 0.98, false, dead_relu WARNING layer1",
    "relu, 0.98, true, dead_relu INFO layer1",
    "relu, 0.9, false, dead_relu INFO layer1", // as much as is allowed
    "relu, 0.5, false, ''",
    "relu, 0.2, false, ''",
    "relu, 0, false, ''",
    "relu, NaN, false, ''",
    "leakyrelu, 1, false, ''",
    "tanh, 1, false, ''",
    "'', 1, false, ''",
  })
  void shouldJudgeSilentUnitsByTheirShareAndTheScore(
      String activation, double share, boolean learns, String expected) {
    SimulatedRun run =
        new SimulatedRun(LayoutBuilder.classifier(3, activation), new DeadReluDetector());
    run.run(200, (m, i) -> m.score = SimulatedRun.learning(learns ? i : 0) * run.noise(0.01));
    run.next.silentUnitFraction[1] = share;
    run.run(200, (m, i) -> m.score = SimulatedRun.learning(learns ? i : 0) * run.noise(0.01));

    assertThat(String.join("", run.found())).isEqualTo(expected);
    assertThat(run.told())
        .allMatch(d -> d.observed() == share && d.iteration() >= 200 && d.iteration() < 240)
        .allMatch(d -> d.comparison() == (share == 1 ? Comparison.EQUAL : Comparison.ABOVE))
        .allMatch(d -> share == 1 ? d.threshold() == 1 : d.threshold() < share);
  }

  @Test
  void shouldEndWhenUnitsHaveComeBackAndNotBefore() {
    SimulatedRun run =
        new SimulatedRun(LayoutBuilder.classifier(3, "relu"), new DeadReluDetector());
    run.next.silentUnitFraction[1] = 1;
    run.learn(5000);
    assertThat(run.told()).hasSize(1);
    assertThat(run.told().get(0).iteration()).isZero();

    run.next.silentUnitFraction[1] = 0.1;
    run.learn(5000);
    assertThat(run.found()).containsExactly("dead_relu WARNING layer1");
    assertThat(run.latest().get(0).end()).isGreaterThan(5000);
  }

  @Test
  void shouldFindEachLayer() {
    SimulatedRun run =
        new SimulatedRun(LayoutBuilder.classifier(3, "relu"), new DeadReluDetector());
    run.next.silentUnitFraction[0] = 1;
    run.next.silentUnitFraction[2] = 1;
    run.learn(100);

    assertThat(run.found()).containsExactly("dead_relu WARNING layer0", "dead_relu WARNING layer2");
  }
}
