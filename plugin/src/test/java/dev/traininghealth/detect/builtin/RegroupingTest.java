package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.NetworkLayout;
import org.junit.jupiter.api.Test;

/** Faults at the edges: what was quiet, not finite or milder before. */
final class RegroupingTest {
  private final NetworkLayout layout = LayoutBuilder.classifier(3, "relu");

  @Test
  void shouldGroupEffectsUnderTheCauseThatBecameWorse() {
    SimulatedRun run = new SimulatedRun(layout, new DataDetector(), new DeadReluDetector());
    run.next.data.featureStandardDeviation = 5000;
    run.learn(50);
    run.next.silentUnitFraction[0] = 1;
    run.learn(50);

    assertThat(run.found())
        .containsExactly("data INFO", "dead_relu WARNING layer0", "data WARNING");
    assertThat(run.diagnoser().diagnoses().get(1).causeId())
        .as("the cause that stands")
        .isEqualTo(run.diagnoser().diagnoses().get(2).id());
  }

  @Test
  void shouldFindUpdatesThatAreTooSmallAfterOneThatIsNotFinite() {
    SimulatedRun run = new SimulatedRun(layout, new NotLearningDetector());
    SimulatedRun.ratios(run.next, Double.NaN);
    run.standStill(1);
    SimulatedRun.ratios(run.next, 1e-6);
    run.standStill(600);

    assertThat(run.found()).containsExactly("not_learning WARNING");
  }

  @Test
  void shouldNotMeasureTheGrowthOfAGradientThatWasZeroAtTheStart() {
    SimulatedRun run = new SimulatedRun(layout, new ExplodingGradientDetector());
    run.run(
        600,
        (m, i) -> {
          SimulatedRun.gradient(m, layout, 1, i < 25 ? 0 : 1000);
          m.score = 2 + 0.001 * i;
        });

    assertThat(run.found()).isEmpty();
  }
}
