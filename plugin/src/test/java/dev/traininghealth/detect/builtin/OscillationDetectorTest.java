package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.NetworkLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OscillationDetectorTest {
  private static final int LONG = 1500;

  @ParameterizedTest
  @CsvSource({
    "softmax, LossMCXENT, 32, 1, 20, oscillating WARNING", // about nine times a constant's score
    "identity, LossMSE, 256, 1, 20, oscillating WARNING",
    "identity, LossMSE, 1, 5, 10, ''", // one example's squared error swings by nature
    "softmax, LossMCXENT, 32, 0.6, 2.4, oscillating INFO", // around two thirds of it
    "softmax, LossMCXENT, 32, 0.2, 0.8, ''", // around a low score it may well learn
    "softmax, LossMCXENT, 32, 10, 10.5, ''",
    "softmax, LossUnknown, 32, 1, 20, ''",
  })
  void shouldFindAScoreThatSwingsAndGetsNowhere(
      String activation, String loss, int batchSize, double low, double high, String expected) {
    SimulatedRun run =
        new SimulatedRun(LayoutBuilder.withOutput(10, activation, loss), new OscillationDetector());
    run.next.batchSize = batchSize;
    run.run(LONG, (m, i) -> m.score = (i % 2 == 0 ? low : high) * run.noise(0.05));

    assertThat(String.join("", run.found())).isEqualTo(expected);
    assertThat(run.reported()).allMatch(d -> d.iteration() >= 100);
  }

  @Test
  void shouldLeaveAScoreAloneThatSwingsAndFalls() {
    SimulatedRun run =
        new SimulatedRun(LayoutBuilder.classifier(2, "relu"), new OscillationDetector());
    run.run(
        LONG,
        (m, i) -> m.score = 30 * Math.exp(-i / 400.0) * (i % 2 == 0 ? 1.6 : 0.4) * run.noise(0.05));

    assertThat(run.reported()).isEmpty();
  }

  @Test
  void shouldNotGuessWithSeveralOutputs() {
    NetworkLayout twoOutputs =
        new LayoutBuilder()
            .output(10, "softmax", "LossMCXENT")
            .output(10, "softmax", "LossMCXENT")
            .build();
    SimulatedRun run = new SimulatedRun(twoOutputs, new OscillationDetector());
    run.run(LONG, (m, i) -> m.score = i % 2 == 0 ? 1 : 20);

    assertThat(run.reported()).isEmpty();
  }

  @Test
  void shouldEndWhenTheScoreHasSettledAndOutliveNonFiniteScores() {
    SimulatedRun run =
        new SimulatedRun(LayoutBuilder.classifier(2, "relu"), new OscillationDetector());
    run.run(
        LONG,
        (m, i) -> m.score = i % 50 == 7 ? Double.NaN : (i % 2 == 0 ? 1 : 20) * run.noise(0.05));
    assertThat(run.found()).containsExactly("oscillating WARNING");
    assertThat(run.latest().get(0).isResolved()).isFalse();

    run.run(4 * LONG, (m, i) -> m.score = 0.1 * run.noise(0.05));
    assertThat(run.found()).containsExactly("oscillating WARNING");
    assertThat(run.latest().get(0).endIteration()).isGreaterThan(LONG);
  }
}
