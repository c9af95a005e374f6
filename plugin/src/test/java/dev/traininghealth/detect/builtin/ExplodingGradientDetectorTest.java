package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.NetworkLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ExplodingGradientDetectorTest {
  private static final int WEIGHTS_OF_LAYER_1 = 2;
  private static final int BIAS_OF_LAYER_1 = 3;

  private final NetworkLayout layout = LayoutBuilder.classifier(3, "relu");
  private final SimulatedRun run = new SimulatedRun(layout, new ExplodingGradientDetector());

  @ParameterizedTest
  @CsvSource({"0, 1e19", "3, 1e30", "100, 1e200"})
  void shouldBeCriticalBeforeSquaresOverflow(int at, double norm) {
    run.run(at);
    run.next.gradientNorm[BIAS_OF_LAYER_1] = norm;
    run.run(1);

    assertThat(run.found()).containsExactly("exploding CRITICAL 1_b");
    assertThat(run.reported().get(0).iteration()).isEqualTo(at);
  }

  /** All layers have one cause, and the same remedies. */
  @Test
  void shouldReportAnOverflowOnceWhereItBegins() {
    for (int layer = 0; layer < layout.layers().size() - 1; layer++) {
      SimulatedRun.gradient(run.next, layout, layer, 1e22);
    }
    run.run(3);

    assertThat(run.found()).hasSize(1);
    assertThat(run.reported().get(0).layer()).isEqualTo(layout.layers().size() - 2);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e12, 1e6, 1e-30, 0})
  void shouldTakeAnyGradientAtTheStartThatDoesNotOverflow(double norm) {
    run.next.gradientNorm[WEIGHTS_OF_LAYER_1] = norm;
    run.run(1);

    assertThat(run.reported()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "1e4, 1, exploding WARNING 1_W",
    "40, 1, exploding INFO 1_W",
    "40, 1000, exploding WARNING 1_W",
    "3, 1000, ''",
    "1, 1, ''",
    "1e-9, 1, ''",
  })
  void shouldFindASpikeAndAskTheScoreForItsHarm(
      double gradientFactor, double scoreFactor, String expected) {
    run.run(100, (m, i) -> SimulatedRun.gradient(m, layout, 1, run.noise(0.1)));
    run.next.gradientNorm[WEIGHTS_OF_LAYER_1] = gradientFactor;
    run.next.score *= scoreFactor;
    run.run(1);

    assertThat(String.join("", run.found())).isEqualTo(expected);
    assertThat(run.reported())
        .allMatch(d -> d.iteration() == 100 && d.observed() >= gradientFactor);
  }

  @Test
  void shouldMeasureASpikeByTheNoiseOfItsOwnRun() {
    run.run(500, (m, i) -> SimulatedRun.gradient(m, layout, 1, run.noise(1.5)));
    SimulatedRun.gradient(run.next, layout, 1, 40); // 2.5 standard deviations
    run.run(1);

    assertThat(run.reported()).isEmpty();
  }

  @Test
  void shouldEndAfterASpike() {
    run.run(100);
    run.next.gradientNorm[WEIGHTS_OF_LAYER_1] = 1e4;
    run.run(1);
    run.next.gradientNorm[WEIGHTS_OF_LAYER_1] = 1;
    run.run(200);

    assertThat(run.found()).hasSize(1);
    assertThat(run.latest().get(0).endIteration()).isBetween(101L, 290L);
  }

  @ParameterizedTest
  @CsvSource({"1, true", "-1, false"})
  void shouldFindGradientsThatGrowWithTheScoreAlone(int direction, boolean grows) {
    run.run(
        1500,
        (m, i) -> {
          SimulatedRun.gradient(m, layout, 2, Math.exp(i / 100.0) * run.noise(0.1));
          m.score = (3 + direction * i / 600.0) * run.noise(0.01);
        });

    assertThat(run.alarms().contains("exploding WARNING layer2")).isEqualTo(grows);
    assertThat(run.alarms()).hasSize(grows ? 1 : 0);
  }

  /** Minibatches that differ much make a start level that is known badly. */
  @Test
  void shouldNotTakeANoisyStartForALowOne() {
    run.run(
        1500,
        (m, i) -> {
          SimulatedRun.gradient(m, layout, 2, Math.exp(i / 100.0) * run.noise(0.1));
          boolean isLow = i < 40 && i % 3 != 0;
          m.score = (isLow ? 0.8 : i < 40 ? 1.3 : 1) * 3 * run.noise(0.01);
        });

    assertThat(run.alarms()).doesNotContain("exploding WARNING layer2");
  }

  @Test
  void shouldNotBeBlindAfterNonFiniteGradients() {
    run.run(50);
    for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 0}) {
      SimulatedRun.gradient(run.next, layout, 1, value);
      run.next.score = value;
      run.run(20);
    }
    SimulatedRun.gradient(run.next, layout, 1, 1);
    run.next.score = SimulatedRun.CHANCE;
    run.run(20);
    assertThat(run.reported()).isEmpty();

    run.next.gradientNorm[WEIGHTS_OF_LAYER_1] = 1e4;
    run.run(1);
    assertThat(run.found()).containsExactly("exploding WARNING 1_W");
  }
}
