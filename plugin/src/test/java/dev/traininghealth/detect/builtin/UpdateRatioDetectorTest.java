package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UpdateRatioDetectorTest {
  private final SimulatedRun run =
      new SimulatedRun(LayoutBuilder.classifier(4, "relu"), new UpdateRatioDetector());

  @ParameterizedTest
  @CsvSource({
    "1e-6, not_learning INFO, BELOW",
    "0.2, exploding INFO, ABOVE",
    "1e-3, '', EQUAL",
    "0, '', EQUAL", // nothing at all is others' to find
    "NaN, '', EQUAL",
  })
  void shouldSayOnceThatMostMatricesAreOutsideTheUsualBand(
      double ratio, String expected, Comparison comparison) {
    run.run(450, (m, i) -> SimulatedRun.ratios(m, ratio * run.noise(0.3)));

    assertThat(String.join("", run.found())).isEqualTo(expected);
    assertThat(run.reported())
        .allMatch(d -> d.comparison() == comparison && d.iteration() >= 20)
        .allMatch(d -> d.observed() > ratio / 2 && d.observed() < ratio * 2);
  }

  /** Adam moves each weight by about its rate: small updates are no sign of a small one. */
  @ParameterizedTest
  @CsvSource({
    "0.9, 0, 1, 0.001", // silent
    "0, 0.9, 0.9, 0.001", // saturated
    "0, 0.9, 0.001, 1e-4",
    "0, 0, 0.9, ",
    "0, 0, 0.001, 0.01",
  })
  void shouldNotRaiseTheRateOfANetworkWhoseUnitsPassNoGradient(
      double silent, double saturated, double rate, @Nullable Double advised) {
    SimulatedRun run =
        new SimulatedRun(
            LayoutBuilder.classifier(4, silent > 0 ? "relu" : "sigmoid"),
            new UpdateRatioDetector());
    Arrays.fill(run.next.learningRate, rate);
    run.next.silentUnitFraction[1] = silent;
    run.next.saturatedFraction[1] = saturated;
    run.run(450, (m, i) -> SimulatedRun.ratios(m, 1e-5));

    assertThat(run.latest().get(0).remedies())
        .filteredOn(Remedy::namesRate)
        .extracting(Remedy::learningRate)
        .isEqualTo(advised == null ? List.of() : List.of(advised));
  }

  /** A thousand times the rate of SGD would be a guess, which may end in NaN. */
  @Test
  void shouldAdviseAnotherUpdaterWhereARateWouldBeAGuess() {
    SimulatedRun run =
        new SimulatedRun(
            new LayoutBuilder()
                .updater("Sgd")
                .dense(3, "relu")
                .output(10, "softmax", "LossMCXENT")
                .build(),
            new UpdateRatioDetector());
    run.run(450, (m, i) -> SimulatedRun.ratios(m, 1e-6));

    assertThat(run.latest().get(0).remedies())
        .noneMatch(Remedy::namesRate)
        .first()
        .satisfies(remedy -> assertThat(remedy.code()).isEqualTo(".updater(new Adam(0.001))"));
  }

  /** Small healthy networks learn with ratios of 0.01 to 0.021, and more while the score falls. */
  @ParameterizedTest
  @CsvSource({"0.021, false", "0.2, true"})
  void shouldTakeLargeRatiosOfANetworkThatLearns(double ratio, boolean learns) {
    run.run(
        600,
        (m, i) -> {
          SimulatedRun.ratios(m, ratio * run.noise(0.3));
          m.score = SimulatedRun.learning(learns ? i : 0) * run.noise(0.01);
        });

    assertThat(run.reported()).isEmpty();
  }

  /** A network that learns within ten iterations all that there is to learn has converged. */
  @ParameterizedTest
  @ValueSource(doubles = {2, 4, 1e9})
  void shouldTakeSmallRatiosAfterAFastStartAsTheyAre(double iterations) {
    run.run(
        450,
        (m, i) -> {
          SimulatedRun.ratios(m, 1e-6);
          m.score = (11.5 * Math.exp(-i / iterations) + 4e-4) * run.noise(0.05);
        });

    assertThat(run.reported().isEmpty()).isEqualTo(iterations < 10);
  }

  /** The mean of all four matrices, 3e-4, would be within the usual range. */
  @Test
  void shouldNameTheMeanOfTheMatricesThatAreOutside() {
    run.next.updateNorm[0] = 0.03 * run.next.weightNorm[0];
    for (int p : new int[] {2, 4, 6, 8}) {
      run.next.updateNorm[p] = 5e-5 * run.next.weightNorm[p];
    }
    run.run(450);

    assertThat(run.found()).containsExactly("not_learning INFO");
    assertThat(run.reported().get(0).observed()).isCloseTo(5e-5, within(1e-6));
  }

  @ParameterizedTest
  @CsvSource({"1e-6, not_learning INFO 1_W", "0.2, exploding INFO 1_W"})
  void shouldNameTheMatrixThatDiffersFromTheOthers(double ratio, String expected) {
    run.next.updateNorm[2] = ratio * run.next.weightNorm[2];
    run.run(600);

    assertThat(run.found()).containsExactly(expected);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldTakeSmallRatiosOfANetworkThatHasLearnedAsTheyAre(boolean onlyOne) {
    run.run(600, (m, i) -> m.score = SimulatedRun.learning(4 * i) * run.noise(0.05));
    SimulatedRun.ratios(run.next, onlyOne ? 1e-3 : 1e-6);
    run.next.updateNorm[2] = 1e-6 * run.next.weightNorm[2];
    run.run(600);
    assertThat(run.reported()).isEmpty();

    SimulatedRun.ratios(run.next, 0.2);
    run.run(600);
    assertThat(run.found()).as("large ones").containsExactly("exploding INFO");
  }

  @Test
  void shouldMentionSmallRatiosNoMoreWhenTheNetworkLearnsAllTheSame() {
    run.run(
        3000,
        (m, i) -> {
          SimulatedRun.ratios(m, 1e-5);
          m.score = SimulatedRun.learning(i) * run.noise(0.05);
        });

    assertThat(run.found()).containsExactly("not_learning INFO");
    assertThat(run.latest().get(0).isResolved()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"0, not_learning WARNING", "1, not_learning INFO"})
  void shouldWarnOfSmallRatiosIfTheNetworkIsStagnantForLong(int learns, String expected) {
    SimulatedRun.ratios(run.next, 1e-5);
    run.run(1600, (m, i) -> m.score = SimulatedRun.learning(learns * i / 4) * run.noise(0.02));

    assertThat(run.found()).endsWith(expected);
  }

  /** A plateau after progress is advised to lower the rate, not to raise it. */
  @Test
  void shouldSayNothingOfSmallRatiosAfterProgress() {
    run.run(
        2000,
        (m, i) -> {
          SimulatedRun.ratios(m, i < 200 ? 1e-3 : 5e-5);
          m.score = (0.6 + 0.4 * Math.exp(-i / 50.0)) * SimulatedRun.CHANCE * run.noise(0.01);
        });

    assertThat(run.found()).isEmpty();
  }

  @Test
  void shouldSayNothingOfANetworkThatIsNotFinite() {
    SimulatedRun.ratios(run.next, 1e-6);
    run.next.score = Double.NaN;
    run.run(600);

    assertThat(run.found()).isEmpty();
  }

  @Test
  void shouldTakeBiasesAsTheyAre() {
    run.next.updateNorm[1] = 100;
    run.next.updateNorm[3] = 1e-12;
    run.run(600);

    assertThat(run.reported()).isEmpty();
  }

  @Test
  void shouldEndWhenTheRatioIsUsualAgainAndOutliveNonFiniteNorms() {
    run.run(450, (m, i) -> SimulatedRun.ratios(m, i % 50 == 7 ? Double.NaN : 1e-6));
    assertThat(run.found()).containsExactly("not_learning INFO");

    SimulatedRun.ratios(run.next, 1e-3);
    run.run(2000);
    assertThat(run.latest().get(0).endIteration()).isGreaterThan(450);
    assertThat(run.latest()).allMatch(Diagnosis::isResolved);
  }
}
