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

  /** As with samples that become harder: what is reported is the level, while it is one. */
  @Test
  void shouldEndSoonAfterTheScoreRises() {
    run.run(
        4500,
        (m, i) -> m.score = (i < 1500 ? falling(i) : 0.1 + (i - 1500) / 3e3) * run.noise(0.05));

    assertThat(run.latest())
        .allMatch(d -> d.isResolved() && d.iteration() < 1600 && d.endIteration() < 2000);
  }

  /** A network that has come down to the score of a constant prediction has not begun to learn. */
  @Test
  void shouldSeeNoPlateauAtTheScoreOfAConstantPrediction() {
    run.run(
        2000,
        (m, i) -> m.score = SimulatedRun.CHANCE * (1 + Math.exp(-i / 30.0)) * run.noise(0.02));

    assertThat(run.reported()).isEmpty();
  }

  /**
   * The first update throws the score far above that of a constant prediction, from where it comes
   * down a little: nothing has been learned.
   */
  @Test
  void shouldSeeNoPlateauAboveTheScoreOfAConstantPrediction() {
    run.run(2000, (m, i) -> m.score = thrownUp(i) * run.noise(0.2));

    assertThat(run.reported()).isEmpty();
  }

  /** {@return a score that starts as a constant prediction and comes down from a blow-up} */
  static double thrownUp(long i) {
    return i == 0 ? 2.34 : 3.73 + 4 * Math.exp(-i / 60.0);
  }

  @Test
  void shouldTakeNoLevelAcrossAJump() {
    run.run(2400, (m, i) -> m.score = (i < 2000 ? falling(i) : 1.5) * run.noise(0.05));

    assertThat(run.latest()).allMatch(d -> d.isResolved() && d.iteration() < 2000);
  }

  /** A score that climbs by orders of magnitude is far below its start all the time. */
  @Test
  void shouldSeeNoLevelInAScoreThatClimbsFarBelowItsStart() {
    run.run(
        4000,
        (m, i) ->
            m.score = i < 400 ? 100 * Math.exp(-i / 15.0) : 3e-10 * Math.exp((i - 400) / 300.0));

    assertThat(run.latest()).allMatch(d -> d.isResolved() && d.iteration() < 1000);
  }

  private static double falling(long i) {
    return 0.1 + 2.9 * Math.exp(-i / 150.0);
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
