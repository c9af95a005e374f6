package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PlateauDetectorTest {
  private final SimulatedRun run =
      new SimulatedRun(LayoutBuilder.classifier(2, "relu"), new PlateauDetector());

  @ParameterizedTest
  @CsvSource({
    "300, 0.02, plateau INFO", // learns for 300 iterations
    "4000, 0.02, ''", // until the end
    "0, 0.02, ''", // never
  })
  void shouldMentionThatProgressIsOver(int learns, double noise, String expected) {
    run.run(
        4000,
        (m, i) ->
            m.score =
                (learns == 0 ? 1 : 1 - 0.8 * Math.min(1.0, i / (double) learns))
                    * run.noise(noise));

    assertThat(String.join("", run.found())).isEqualTo(expected);
    assertThat(run.reported()).allMatch(d -> d.iteration() >= 250 && d.iteration() < 3000);
  }

  @Test
  void shouldNotJudgeWhatIsNoiseAlone() {
    run.run(4000, (m, i) -> m.score = (i < 300 ? 1 : 0.8) * run.noise(1.5));

    assertThat(run.reported()).isEmpty();
  }

  @Test
  void shouldEndWhenTheScoreFallsAgainAndOutliveNonFiniteScores() {
    run.run(
        3000,
        (m, i) ->
            m.score = i % 100 == 7 ? Double.NaN : (i < 300 ? 2 - i / 300.0 : 1) * run.noise(0.02));
    assertThat(run.found()).containsExactly("plateau INFO");
    assertThat(run.latest().get(0).isResolved()).isFalse();

    run.run(5000, (m, i) -> m.score = (1 - (i - 3000) / 6000.0) * run.noise(0.02));
    assertThat(run.latest().get(0).endIteration()).isGreaterThan(3000);
  }
}
