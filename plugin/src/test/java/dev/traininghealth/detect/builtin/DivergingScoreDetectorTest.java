package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.MeasurementWriter;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DivergingScoreDetectorTest {
  private static final String ALARM = "exploding WARNING";

  private final SimulatedRun run =
      new SimulatedRun(LayoutBuilder.classifier(2, "relu"), new DivergingScoreDetector());

  @ParameterizedTest
  @CsvSource({
    "5, 1e4, exploding WARNING",
    "5, 6, ''",
    "100, 1e4, exploding WARNING",
    "100, 50, exploding WARNING",
    "100, 2.5, ''",
    "100, 1e-6, ''",
    "100, -1e9, ''",
  })
  void shouldFindAJumpToFarMoreThanTheStart(int at, double score, String expected) {
    run.standStill(at);
    run.next.score = score;
    run.run(1);

    assertThat(String.join("", run.found())).isEqualTo(expected);
    assertThat(run.reported()).allMatch(d -> d.iteration() == at && d.observed() == score);
  }

  @ParameterizedTest
  @CsvSource({"1e-10, diverging_score INFO", "1e-3, ''"})
  void shouldNoteAClimbAfterConvergence(double lowest, String expected) {
    run.run(
        3000,
        (m, i) ->
            m.score =
                i < 1000
                    ? Math.max(lowest, 3 * Math.exp(-i / 20.0))
                    : Math.min(0.5, lowest * Math.exp((i - 1000) / 200.0)));

    assertThat(
            run.latest().stream()
                .filter(d -> d.problem().equals(Problem.DIVERGING_SCORE))
                .map(d -> d.problem() + " " + d.severity())
                .distinct()
                .collect(Collectors.joining()))
        .isEqualTo(expected);
    assertThat(run.latest())
        .filteredOn(d -> !expected.isEmpty() && d.problem().equals(Problem.DIVERGING_SCORE))
        .allMatch(d -> d.remedies().get(1).code().contains("AMSGrad"));
  }

  @Test
  void shouldOnlyMentionAJumpThatLosesNoMoreThanWasGained() {
    run.run(3000, (m, i) -> m.score = (i < 300 ? 1 : 0.05) * run.noise(0.02));
    run.next.score = 0.7;
    run.run(1);

    assertThat(run.found()).containsExactly("exploding INFO");
    assertThat(run.reported().get(0).sentence())
        .startsWith("The score jumped to 0.7, far beyond the earlier scores (the first ones were");
  }

  @Test
  void shouldEndAfterAJump() {
    run.standStill(100);
    run.next.score = 1e4;
    run.run(1);
    run.standStill(300);

    assertThat(run.found()).containsExactly(ALARM);
    assertThat(run.latest().get(0).endIteration()).isBetween(101L, 390L);
  }

  @Test
  void shouldFindAScoreThatKeepsRising() {
    run.run(3000, (m, i) -> m.score = (1 + i / 100.0) * run.noise(0.2));

    assertThat(run.alarms()).contains(ALARM);
    assertThat(run.reported()).anyMatch(d -> d.sentence().contains("keeps rising"));
  }

  @Test
  void shouldFindThatWhatWasLearnedIsLost() {
    run.run(
        2000,
        (m, i) ->
            m.score =
                (i < 500 ? 2 - i / 300.0 : Math.min(2, i / 500.0 - 2 / 3.0)) * run.noise(0.05));

    assertThat(run.found()).containsExactly(ALARM);
    assertThat(run.reported().get(0).sentence()).contains("what was learned is being lost");
    assertThat(run.reported().get(0).iteration()).isGreaterThan(500);
  }

  @ParameterizedTest
  @CsvSource({"0, 1, 0.05", "0, 1, 0.3", "-5, 1, 0.05", "0, 1000, 0.2", "0, 1e-6, 0.2"})
  void shouldLeaveAScoreAloneThatFallsOnWhateverScale(double offset, double scale, double noise) {
    run.run(3000, (m, i) -> m.score = offset + scale * SimulatedRun.learning(i) * run.noise(noise));

    assertThat(run.reported()).isEmpty();
  }

  @Test
  void shouldNotBeBlindAfterNonFiniteScores() {
    run.standStill(50);
    for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      run.next.score = value;
      run.run(20);
    }
    run.standStill(50);
    assertThat(run.reported()).isEmpty();

    run.next.score = 1e4;
    run.run(1);
    assertThat(run.found()).containsExactly(ALARM);
  }

  @Test
  void shouldCompareWithTheFirstFiniteScore() {
    run.next.score = Double.NaN;
    run.run(1);
    run.standStill(3);
    run.next.score = 1e4;
    run.run(1);

    assertThat(run.found()).containsExactly(ALARM);
  }

  /**
   * Sets the scores of a comparison at every tenth iteration.
   *
   * @param frozen score of the frozen baseline
   */
  private void compare(MeasurementWriter m, long iteration, double frozen) {
    m.baselineScore = frozen;
    m.comparedScore = m.score;
    m.baselineIteration = 0;
    m.comparisonIteration = iteration - iteration % 10;
  }

  /** The first minibatch after an exchange of the data may have a low score. */
  @ParameterizedTest
  @CsvSource({"9, loss_spike INFO", "18, 'loss_spike INFO, loss_spike WARNING'"})
  void shouldTakeScoresOfTheHeightOfAJumpForPartOfIt(double later, String expected) {
    run.run(
        1050,
        (m, i) -> {
          m.score = (i < 1000 ? SimulatedRun.learning(i) : 6) * run.noise(0.02);
          if (i == 1014) {
            m.score = later;
          }
          compare(m, i, i < 1000 ? SimulatedRun.CHANCE : 8);
        });

    assertThat(
            run.reported().stream().map(d -> d.problem() + " " + d.severity()).distinct().toList())
        .hasToString("[" + expected + "]");
  }

  /** The score falls and rises again; that of the frozen network, if the objective moves, too. */
  @ParameterizedTest
  @CsvSource({
    "1, moving_objective INFO",
    "0.2, diverging_score WARNING",
    "0, diverging_score WARNING",
  })
  void shouldBlameTheObjectiveIfTheFrozenNetworkGetsWorseToo(double share, String expected) {
    run.run(
        1000,
        (m, i) -> {
          double rise = i < 500 ? 0 : Math.min(2, (i - 500) / 200.0);
          m.score = (0.5 + 1.5 * Math.exp(-i / 60.0) + rise) * run.noise(0.02);
          compare(m, i, (2 + share * rise) * run.noise(0.02));
        });

    assertThat(problems()).containsExactly(expected);
    assertThat(run.latest().get(0).iteration()).isGreaterThan(500);
  }

  /** The recent level, a median of many scores, is still high when the objective has moved back. */
  @Test
  void shouldNotBlameTheNetworkAsTheObjectiveMovesBack() {
    run.run(
        1000,
        (m, i) -> {
          double rise = i < 500 || i > 800 ? 0 : Math.min(1.2, (i - 500) / 100.0);
          m.score = (0.5 + 1.5 * Math.exp(-i / 60.0) + rise) * run.noise(0.02);
          compare(m, i, (2 + rise) * run.noise(0.02));
        });

    assertThat(problems()).containsExactly("moving_objective INFO");
  }

  /** A step of far too high a rate has ruined the network before it was frozen. */
  @Test
  void shouldNotBlameTheObjectiveIfTheFrozenNetworkIsAsBadAsEver() {
    run.run(
        1000,
        (m, i) -> {
          m.score = (i < 200 ? 2 - i / 150.0 : Math.min(9, i / 100.0)) * run.noise(0.02);
          compare(m, i, 10 * run.noise(0.02));
        });

    assertThat(problems())
        .contains("diverging_score WARNING")
        .doesNotContain("moving_objective INFO");
  }

  @ParameterizedTest
  @CsvSource({"4.5, loss_spike INFO", "0.6, loss_spike WARNING", "NaN, loss_spike WARNING"})
  void shouldBlameTheMinibatchIfTheFrozenNetworkJumpsToo(double frozen, String expected) {
    run.run(
        420,
        (m, i) -> {
          m.score = i < 400 ? 0.2 + 0.8 * Math.exp(-i / 60.0) : 5 * run.noise(0.02);
          compare(m, i, i < 400 ? m.score + 0.1 : frozen);
        });

    assertThat(problems()).first().isEqualTo(expected);
    assertThat(run.latest().get(0).iteration()).isEqualTo(400);
  }

  /** The step on an unusual minibatch ruins the network: the next scores are lower, but its own. */
  @Test
  void shouldFindANetworkThatAnUnusualMinibatchHasRuined() {
    run.run(
        420,
        (m, i) -> {
          m.score = i < 400 ? 0.2 + 0.8 * Math.exp(-i / 60.0) : i == 400 ? 50 : 20;
          compare(m, i, i == 400 ? 50 : 0.3);
        });

    assertThat(problems()).containsExactly("loss_spike INFO", "loss_spike WARNING");
    assertThat(run.latest()).extracting(Diagnosis::iteration).containsExactly(400L, 401L);
  }

  private List<String> problems() {
    return run.latest().stream().map(d -> d.problem() + " " + d.severity()).toList();
  }
}
