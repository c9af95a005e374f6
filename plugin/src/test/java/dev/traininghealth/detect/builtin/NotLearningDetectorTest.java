package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.ParameterRole;
import dev.traininghealth.numbers.Steps;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NotLearningDetectorTest {
  private static final String ALARM = "not_learning WARNING";
  private static final int LONG = 4000;

  private final SimulatedRun run =
      new SimulatedRun(LayoutBuilder.classifier(3, "relu"), new NotLearningDetector());

  @ParameterizedTest
  @CsvSource({"0, true", "1e-13, true", "1e-3, false"})
  void shouldFindThatNothingChanges(double ratio, boolean still) {
    SimulatedRun.ratios(run.next, ratio);
    run.learn(200);

    assertThat(String.join("", run.found())).isEqualTo(still ? ALARM : "");
    assertThat(run.reported())
        .allMatch(d -> d.iteration() >= 10 && d.iteration() <= 100)
        .allMatch(d -> d.sentence().contains("No layer has changed"));
  }

  @Test
  void shouldNoteThatNothingChangesAnyMoreInANetworkThatHasLearned() {
    run.learn(500);
    SimulatedRun.ratios(run.next, 0);
    run.learn(200);
    assertThat(run.found()).containsExactly("not_learning INFO");
    assertThat(run.latest().get(0).iteration()).isBetween(510L, 600L);
    assertThat(run.latest().get(0).remedies())
        .singleElement()
        .satisfies(remedy -> assertThat(remedy.advice()).startsWith("Stop here"));

    SimulatedRun.ratios(run.next, 1e-3);
    run.learn(1000);
    assertThat(run.found()).containsExactly("not_learning INFO");
    assertThat(run.latest().get(0).endIteration()).isGreaterThan(700);
  }

  @Test
  void shouldNotTakeSkippedStepsForANetworkThatStandsStill() {
    run.learn(100);
    SimulatedRun.ratios(run.next, 0);
    Steps.skipped(run.next, true);
    run.learn(100);
    assertThat(run.reported()).isEmpty();

    Steps.skipped(run.next, false);
    run.learn(20);
    Steps.skipped(run.next, true);
    run.learn(50);
    Steps.skipped(run.next, false);
    run.learn(10);
    assertThat(run.reported()).isEmpty();
    run.learn(2);
    assertThat(run.found()).containsExactly(ALARM);
  }

  @Test
  void shouldTakeNetworksOfWhichBiasesAloneMove() {
    SimulatedRun.ratios(run.next, 0);
    for (int p = 0; p < run.next.updateNorm.length; p++) {
      if (run.layout().parameters().get(p).role() == ParameterRole.BIAS) {
        run.next.updateNorm[p] = 1e-3;
      }
    }
    run.learn(300);

    assertThat(run.reported()).isEmpty();
  }

  @Test
  void shouldCountOnlyMeasuredIterations() {
    SimulatedRun.ratios(run.next, 0);
    run.measuresWeights = false;
    run.learn(500);

    assertThat(run.reported()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1e-6, false, true", "1e-6, true, false", "3e-3, false, false"})
  void shouldFindUpdatesThatAreTooSmallForTheScoreToMove(
      double ratio, boolean learns, boolean slow) {
    SimulatedRun.ratios(run.next, ratio);
    run.run(600, (m, i) -> m.score = SimulatedRun.learning(learns ? i : 0) * run.noise(0.01));

    assertThat(String.join("", run.found())).isEqualTo(slow ? ALARM : "");
    assertThat(run.reported()).allMatch(d -> d.sentence().contains("too small"));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.02, true", // stands still
    "0, 0.3, true",
    "1, 0.02, false", // learns
    "1, 0.3, false",
  })
  void shouldFindThatTheScoreHasNoTrend(double learns, double noise, boolean expected) {
    run.run(
        LONG,
        (m, i) -> m.score = 1.2 * SimulatedRun.learning((long) (learns * i)) * run.noise(noise));

    assertThat(String.join("", run.found())).isEqualTo(expected ? ALARM : "");
    assertThat(run.reported())
        .allMatch(d -> d.iteration() >= 500 && d.sentence().contains("does not fall"));
  }

  /** A network of linear layers has no saddle that it could leave late. */
  @Test
  void shouldNotWaitForALinearNetwork() {
    SimulatedRun linear =
        new SimulatedRun(LayoutBuilder.classifier(3, "identity"), new NotLearningDetector());
    SimulatedRun.ratios(linear.next, 1e-3);
    linear.run(10);
    linear.standStill(2000);

    assertThat(linear.found()).last().isEqualTo("not_learning WARNING");
    assertThat(linear.latest().get(0).remedies().get(0).code())
        .isEqualTo(".activation(Activation.RELU)");
  }

  /** A network of sigmoids may score as a constant prediction for long, and then learn. */
  @ParameterizedTest
  @CsvSource({
    "2000, 1e-3, not_learning INFO",
    "2000, 1e-5, not_learning WARNING", // it hardly moves
    "6000, 1e-3, not_learning WARNING", // too long
  })
  void shouldLeaveALateStartTimeIfItsUpdatesAreUsual(int iterations, double ratio, String worst) {
    SimulatedRun.ratios(run.next, 1e-3);
    run.run(10);
    SimulatedRun.ratios(run.next, ratio);
    run.standStill(iterations);

    assertThat(run.found()).last().isEqualTo(worst);
    assertThat(run.latest().get(0).sentence())
        .startsWith("The score stays at that of a constant prediction: 2.3");
  }

  @ParameterizedTest
  @CsvSource({"0, true", "0.5, false", "0.02, false"})
  void shouldBelieveThePairedControlMoreThanTheScore(double gain, boolean expected) {
    run.next.baselineIteration = 0;
    run.run(
        LONG,
        (m, i) -> {
          m.score = SimulatedRun.CHANCE * run.noise(0.02);
          if (i % 100 == 0) {
            m.comparisonIteration = i;
            m.baselineScore = SimulatedRun.CHANCE * run.noise(0.1);
            m.comparedScore = m.baselineScore * (1 - gain + 1e-3 * (run.noise(0.1) - 1));
          }
        });

    assertThat(String.join("", run.found())).isEqualTo(expected ? "not_learning INFO" : "");
    assertThat(run.reported()).allMatch(d -> d.sentence().contains("On the same minibatches"));
  }

  @Test
  void shouldTakeANetworkThatIsBetterThanAConstantPrediction() {
    run.run(LONG, (m, i) -> m.score = 0.3 * run.noise(0.02)); // goes on from earlier training

    assertThat(run.reported()).isEmpty();
  }

  @Test
  void shouldNotBeBlindAfterNonFiniteScores() {
    run.run(
        LONG,
        (m, i) ->
            m.score = i % 100 == 7 ? Double.NaN : 1.2 * SimulatedRun.CHANCE * run.noise(0.02));

    assertThat(run.found()).containsExactly(ALARM);
  }

  /** Its start is measured in the blow-up, from which the score falls by half. */
  @Test
  void shouldNotTakeTheWayDownFromABlowUpForLearning() {
    run.run(2000, (m, i) -> m.score = PlateauDetectorTest.thrownUp(i) * run.noise(0.2));

    assertThat(run.found()).containsExactly(ALARM);
  }

  /** At the equilibrium of a GAN, scores do not fall any more. */
  @ParameterizedTest
  @CsvSource({"1, ''", "0, not_learning WARNING"})
  void shouldNotExpectAFallIfFrozenNetworksBecomeWorse(double rise, String expected) {
    run.run(
        LONG,
        (m, i) -> {
          m.score = 1.5 * SimulatedRun.CHANCE * run.noise(0.01);
          m.baselineIteration = Math.min(500, i - i % 100);
          m.comparisonIteration = i - i % 10;
          m.comparedScore = m.score;
          m.baselineScore = m.score + (i < 600 ? rise * (i % 100) / 100.0 : 0);
        });

    assertThat(String.join("", run.found())).isEqualTo(expected);
  }
}
