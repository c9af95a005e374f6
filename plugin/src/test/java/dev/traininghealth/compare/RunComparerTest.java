package dev.traininghealth.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.traininghealth.record.Quantity;
import dev.traininghealth.text.Message;
import java.util.List;
import java.util.Map;
import java.util.function.LongToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What departs from a baseline run, on simulated recordings. */
final class RunComparerTest {
  private static double falling(long iteration) {
    return 2.3 / Math.sqrt(1 + iteration / 20.0) + 0.05;
  }

  private static RunComparison compare(SimulatedRecording baseline, SimulatedRecording run) {
    return RunComparer.compare(baseline.until(3000), run.until(3000));
  }

  private static SimulatedRecording good(int seed) {
    return new SimulatedRecording(seed);
  }

  private static ComparedSeries departure(RunComparison comparison, Quantity quantity) {
    return comparison.departures().stream()
        .filter(s -> s.quantity() == quantity)
        .findFirst()
        .orElseThrow();
  }

  private static List<Quantity> departing(RunComparison comparison) {
    return comparison.departures().stream().map(ComparedSeries::quantity).distinct().toList();
  }

  @Test
  void shouldKeepRunsTogetherThatDifferInNoiseAlone() {
    for (int seed = 0; seed < 40; seed++) {
      RunComparison comparison = compare(good(2 * seed), good(2 * seed + 1));

      assertThat(comparison.departures()).as("seed %d", seed).isEmpty();
      assertThat(comparison.isPossible()).isTrue();
    }
  }

  @Test
  void shouldKeepARunTogetherThatIsSomewhatLater() {
    RunComparison comparison = compare(good(1), good(2).score(i -> falling(Math.round(i / 1.3))));

    assertThat(comparison.departures()).isEmpty();
    assertThat(comparison.message().english())
        .isEqualTo(
            "Iterations 0 to 2,995: nothing departs from the baseline run beyond the noise of"
                + " both.");
  }

  @Test
  void shouldSayWhereARunDepartsAndInWhichLayer() {
    SimulatedRecording run =
        good(2)
            .score(i -> falling(i) * (i < 1000 ? 1 : 1.9))
            .gradients(
                RunComparerTest::falling,
                RunComparerTest::falling,
                i -> falling(i) * (i < 800 ? 1 : 0.2));

    RunComparison comparison = compare(good(1), run);

    ComparedSeries score = departure(comparison, Quantity.SCORE);
    assertThat(score.iteration()).isBetween(930L, 1100L);
    assertThat(score.baselineIteration()).isEqualTo(score.iteration());
    assertThat(score.factor()).isCloseTo(1.9, within(0.2));
    assertThat(score.lastFactor()).isCloseTo(1.9, within(0.2));
    ComparedSeries gradient = departure(comparison, Quantity.GRADIENT_NORM);
    assertThat(gradient.layer()).isEqualTo(2);
    assertThat(gradient.iteration()).isBetween(740L, 900L);
    assertThat(gradient.factor()).isCloseTo(0.2, within(0.06));
    assertThat(comparison.firstLayer()).hasValue(2);
    assertThat(comparison.departs()).isTrue();
    assertThat(comparison.message().english())
        .matches(
            "From iteration \\d+ on, the gradient of layer 2 \\(DenseLayer, tanh\\) is 0\\.2\\d?"
                + " times the baseline run's\\. From iteration \\d,?\\d+ on, the score is \\d\\.\\d"
                + " times the baseline run's\\.");
  }

  /** The oldest rows of a long run are buckets, in one of the runs or in both. */
  @ParameterizedTest
  @CsvSource({"true, true", "false, true", "true, false"})
  void shouldCompareBucketsAsTheirIterations(boolean baselineCoarse, boolean runCoarse) {
    int iterations = 20_000;
    SimulatedRecording baseline = good(1);
    SimulatedRecording same = good(2);
    SimulatedRecording other = good(3).score(i -> falling(i) * (i < 5000 ? 1 : 1.6));
    if (baselineCoarse) {
      baseline.coarse();
    }
    if (runCoarse) {
      same.coarse();
      other.coarse();
    }
    Recording recorded = baseline.until(iterations);

    assertThat(RunComparer.compare(recorded, same.until(iterations)).departures()).isEmpty();
    ComparedSeries score =
        departure(RunComparer.compare(recorded, other.until(iterations)), Quantity.SCORE);
    assertThat(score.iteration()).isBetween(4600L, 5500L);
  }

  @Test
  void shouldFindALearningRateThatIsTenTimesAsHigh() {
    RunComparison comparison = compare(good(1), good(2).rate(i -> 0.1));

    ComparedSeries rate = departure(comparison, Quantity.LEARNING_RATE);
    assertThat(rate.iteration()).isZero();
    assertThat(rate.layer()).as("all layers have it").isEqualTo(-1);
    assertThat(rate.factor()).isCloseTo(10, within(1e-4));
    assertThat(departing(comparison)).contains(Quantity.UPDATE_NORM);
    assertThat(comparison.message().english())
        .startsWith("From iteration 0 on, the learning rate is 10 times the baseline run's.");
  }

  @Test
  void shouldFindAScheduleThatEndsEarly() {
    RunComparison comparison = compare(good(1), good(2).rate(i -> i < 500 ? 0.01 : 0.001));

    assertThat(departure(comparison, Quantity.LEARNING_RATE).iteration()).isBetween(470L, 530L);
  }

  @Test
  void shouldFindAScoreThatIsNotFinite() {
    RunComparison comparison =
        compare(good(1), good(2).score(i -> i < 500 ? falling(i) : Double.NaN));

    ComparedSeries score = departure(comparison, Quantity.SCORE);
    assertThat(score.iteration()).isBetween(480L, 540L);
    assertThat(score.factor()).isNaN();
    assertThat(comparison.ofSeries(score).english()).contains("the score is NaN instead of");
  }

  @Test
  void shouldNameTheKindOfAValueThatIsNotFinite() {
    SimulatedRecording nan = good(1).score(i -> i < 500 ? falling(i) : Double.NaN);
    SimulatedRecording infinite =
        good(1).score(i -> i < 500 ? falling(i) : Double.POSITIVE_INFINITY);

    RunComparison withNan = compare(nan, good(2));
    RunComparison withInfinity = compare(infinite, good(2));

    assertThat(withNan.ofSeries(departure(withNan, Quantity.SCORE)).english())
        .contains("instead of the baseline run's NaN");
    assertThat(withInfinity.ofSeries(departure(withInfinity, Quantity.SCORE)).english())
        .contains("instead of the baseline run's Infinity");
    assertThat(departing(compare(nan, good(1).score(i -> i < 500 ? falling(i) : Double.NaN))))
        .as("both are NaN")
        .doesNotContain(Quantity.SCORE);
  }

  /** NaN is not below 0, where there are no logarithms. */
  @Test
  void shouldKeepTheScaleOfARunWithNaN() {
    SimulatedRecording run = good(2).score(i -> i < 1500 ? falling(i) : Double.NaN);

    assertThat(departure(compare(good(1), run), Quantity.SCORE).iteration())
        .isBetween(1380L, 1620L);
  }

  @Test
  void shouldCompareValidationScores() {
    RunComparison comparison =
        compare(good(1).validating(), good(2).validating().score(i -> 2 * falling(i)));

    assertThat(departing(comparison)).contains(Quantity.VALIDATION_SCORE);
    assertThat(compare(good(1).validating(), good(2)).notes())
        .containsExactly(Message.of("say.compare.fewValidations"));
  }

  @Test
  void shouldNotCountTheTimeOfAStep() {
    RunComparison comparison = compare(good(1), good(2).stepMillis(i -> i < 1000 ? 20 : 60));

    assertThat(departing(comparison)).containsExactly(Quantity.STEP_MILLIS);
    assertThat(comparison.departs()).isFalse();
    assertThat(comparison.message().key()).isEqualTo("say.compare.together");
    assertThat(comparison.toString())
        .containsPattern("the time of an iteration is [23](\\.\\d)? times");
  }

  @Test
  void shouldCompareByExamplesIfTheMinibatchesDiffer() {
    Recording baseline = good(1).until(2000);
    LongToDoubleFunction half = i -> falling(i / 2);
    Recording same = good(2).batchSize(16).score(half).until(4000);
    Recording other =
        good(2).batchSize(16).score(i -> half.applyAsDouble(i) * (i < 2000 ? 1 : 2)).until(4000);

    RunComparison together = RunComparer.compare(baseline, same);
    assertThat(together.departures()).isEmpty();
    assertThat(together.notes().get(0).english())
        .startsWith("The minibatches have 16 examples on average, those of the baseline run 32:");
    ComparedSeries score = departure(RunComparer.compare(baseline, other), Quantity.SCORE);
    assertThat(score.iteration()).isBetween(1860L, 2200L);
    assertThat(score.baselineIteration()).isBetween(930L, 1100L);
  }

  @Test
  void shouldCompareScoresAloneIfTheLayersDiffer() {
    RunComparison comparison = compare(good(1), good(2).layers(5).score(i -> 2 * falling(i)));

    assertThat(comparison.series())
        .extracting(ComparedSeries::quantity)
        .containsExactly(Quantity.SCORE, Quantity.LEARNING_RATE, Quantity.STEP_MILLIS);
    assertThat(departing(comparison)).containsExactly(Quantity.SCORE);
    assertThat(comparison.firstLayer()).isEmpty();
    assertThat(comparison.notes()).containsExactly(Message.of("say.compare.otherLayers"));
  }

  @Test
  void shouldCompareARunThatContinuesAnother() {
    Recording baseline = good(1).until(3000);
    SimulatedRecording worse = good(3).from(2000).score(i -> falling(i) * (i < 2400 ? 1 : 1.9));

    RunComparison same = RunComparer.compare(baseline, good(2).from(2000).until(3000));
    RunComparison other = RunComparer.compare(baseline, worse.until(3000));

    assertThat(same.firstIteration()).isEqualTo(2000);
    assertThat(same.departures()).isEmpty();
    assertThat(departure(other, Quantity.SCORE).iteration()).isBetween(2370L, 2450L);
    assertThat(RunComparer.compare(good(1).until(2000), worse.until(3000)).message().key())
        .as("nothing in common")
        .isEqualTo("say.compare.no.short");
  }

  @Test
  void shouldCompareScoresBelowZero() {
    LongToDoubleFunction negative = i -> falling(i) - 3;
    LongToDoubleFunction worse = i -> i < 1000 ? negative.applyAsDouble(i) : -1;

    assertThat(departing(compare(below(1, negative), below(2, negative)))).isEmpty();
    ComparedSeries score = departure(compare(below(1, negative), below(2, worse)), Quantity.SCORE);
    assertThat(score.iteration()).isBetween(930L, 1100L);
    assertThat(score.factor()).as("no factor of negative numbers").isNaN();
  }

  private static SimulatedRecording below(int seed, LongToDoubleFunction score) {
    return good(seed)
        .score(score)
        .gradients(RunComparerTest::falling, RunComparerTest::falling, RunComparerTest::falling);
  }

  @Test
  void shouldRefuseWhatCannotBeCompared() {
    Recording run = good(1).until(3000);
    Map<String, Object> squared = loss("LossMSE");

    assertThat(reason(run, good(2).until(50)))
        .isEqualTo(
            "The runs have too little in common to be compared: 50 iterations and 3,000 of the"
                + " baseline run. At least 80 are needed.");
    assertThat(reason(run, good(2).score(i -> 0).until(3000)))
        .isEqualTo("All scores of the run are 0: there is nothing to compare.");
    assertThat(reason(good(2).score(i -> 0).until(3000), run))
        .isEqualTo("All scores of the baseline run are 0: there is nothing to compare.");
    assertThat(reason(run, null)).isEqualTo("No iteration was recorded of the run.");
    assertThat(reason(null, run)).isEqualTo("No iteration was recorded of the baseline run.");
    assertThat(
            reason(
                good(1).configuration(loss("LossMCXENT")).until(3000),
                good(2).configuration(squared).until(3000)))
        .isEqualTo(
            "The loss functions differ (LossMSE instead of LossMCXENT): the scores cannot be"
                + " compared.");
  }

  private static String reason(@Nullable Recording baseline, @Nullable Recording run) {
    RunComparison comparison = RunComparer.compare(baseline, run);
    assertThat(comparison.isPossible()).isFalse();
    assertThat(comparison.departs()).isFalse();
    assertThat(comparison.series()).isEmpty();
    return comparison.message().english();
  }

  private static Map<String, Object> loss(String name) {
    return Map.of(
        "confs", List.of(Map.of("layer", Map.of("lossFn", Map.of("@class", "x." + name)))));
  }

  @Test
  void shouldNameDifferencesOfTheConfiguration() {
    Map<String, Object> one =
        Map.of(
            "confs",
            List.of(
                Map.of(
                    "iterationCount",
                    7,
                    "layer",
                    Map.of(
                        "@class",
                        "org.deeplearning4j.nn.conf.layers.DenseLayer",
                        "iupdater",
                        Map.of("@class", "org.nd4j.Adam", "learningRate", 0.001)))),
            "seed",
            1);
    Map<String, Object> other =
        Map.of(
            "confs",
            List.of(
                Map.of(
                    "iterationCount",
                    8,
                    "layer",
                    Map.of(
                        "@class",
                        "org.deeplearning4j.nn.conf.layers.DenseLayer",
                        "iupdater",
                        Map.of("@class", "org.nd4j.Sgd", "learningRate", 0.001)))),
            "seed",
            2);

    RunComparison comparison = compare(good(1).configuration(one), good(2).configuration(other));

    assertThat(comparison.differences())
        .containsExactly(
            new ConfigurationDifference("layer 0: iupdater", "Adam", "Sgd"),
            new ConfigurationDifference("seed", "1", "2"));
    assertThat(comparison.toString())
        .contains("The configurations differ in:\n  layer 0: iupdater: Adam -> Sgd\n");
    assertThat(compare(good(1), good(2).configuration(other)).differences()).isEmpty();
  }
}
