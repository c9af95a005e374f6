package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DriftDetectorTest {
  private static final NetworkLayout LAYOUT = LayoutBuilder.classifier(3, "relu");
  private static final int QUIET = 400;

  private final SimulatedRun run = new SimulatedRun(LAYOUT, new DriftDetector());

  /** Numbers that vary by a fifth about their levels. */
  private static void noisy(SimulatedRun run, MeasurementWriter m, double score, double... norms) {
    m.score = score * run.noise(0.2);
    for (int layer = 0; layer < norms.length; layer++) {
      SimulatedRun.gradient(m, LAYOUT, layer, norms[layer] * run.noise(0.2));
    }
  }

  private static SimulatedRun quiet(SimulatedRun run, int iterations) {
    return run.run(iterations, (m, i) -> noisy(run, m, 1, 1, 1, 1, 1));
  }

  /** Rises by a share at each iteration after the quiet part. */
  private static double rise(long iteration, double share) {
    return Math.exp(share * Math.max(0, iteration - QUIET));
  }

  private static List<Diagnosis> drifts(SimulatedRun run) {
    return run.latest().stream().filter(d -> d.problem().equals(Problem.DRIFTING)).toList();
  }

  @Test
  void shouldReportARiseBeforeTheScoreHasTripled() {
    quiet(run, QUIET)
        .run(100, (m, i) -> noisy(run, m, rise(i, 0.01), 1, rise(i, 0.02), rise(i, 0.01), 1));

    assertThat(drifts(run)).hasSize(1);
    Diagnosis drift = drifts(run).get(0);
    assertThat(drift.severity()).isEqualTo(Severity.INFO);
    assertThat(drift.layer()).isEqualTo(1); // the layer in which it began
    assertThat(drift.iteration()).isBetween(QUIET + 10L, QUIET + 80L); // three times at 110
    assertThat(drift.sentence())
        .startsWith("The gradient of layer 1 (DenseLayer, relu) has been rising since iteration 4")
        .endsWith("and the score rises with it: an early sign of a divergence.");
    assertThat(drift.remedies()).isNotEmpty();
  }

  @Test
  void shouldReportTheUpdatesThatRiseAtTheSameLearningRate() {
    quiet(run, QUIET)
        .run(
            100,
            (m, i) -> {
              noisy(run, m, rise(i, 0.01), 1, 1, 1, 1);
              int p = LAYOUT.layers().get(2).firstParameter();
              m.updateNorm[p] = 1e-3 * m.weightNorm[p] * rise(i, 0.02);
            });

    assertThat(drifts(run)).extracting(Diagnosis::layer).containsExactly(2);
    assertThat(drifts(run).get(0).sentence())
        .startsWith("The updates of layer 2 (DenseLayer, relu) have been rising since");
  }

  @Test
  void shouldReportAScoreThatRisesAlone() {
    quiet(run, QUIET).run(100, (m, i) -> noisy(run, m, rise(i, 0.01), 1, 1, 1, 1));

    assertThat(drifts(run)).extracting(Diagnosis::layer).containsExactly(-1);
    assertThat(drifts(run).get(0).sentence()).startsWith("The score has been rising since");
  }

  @Test
  void shouldNotReportGradientsThatRiseWhileTheScoreDoesNot() {
    quiet(run, QUIET)
        .run(600, (m, i) -> noisy(run, m, rise(i, -0.002), rise(i, 0.02), 1, 1, rise(i, 0.01)));

    assertThat(run.latest()).isEmpty();
  }

  @Test
  void shouldNotReportAFall() {
    run.run(
        2_000,
        (m, i) -> {
          double level = Math.exp(-0.003 * Math.min(i, 1_200));
          noisy(run, m, level, level, level, level, level);
        });

    assertThat(run.latest()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 0.9})
  void shouldNotReportNumbersThatDependOnThoseBefore(double dependence) {
    double[] state = new double[LAYOUT.layers().size() + 1];
    run.run(
        20_000,
        (m, i) -> {
          double fresh = Math.sqrt(1 - dependence * dependence);
          for (int s = 0; s < state.length; s++) {
            state[s] = dependence * state[s] + fresh * 0.2 * Math.log(run.noise(1));
          }
          m.score = Math.exp(state[0]);
          for (int layer = 0; layer < LAYOUT.layers().size(); layer++) {
            SimulatedRun.gradient(m, LAYOUT, layer, Math.exp(state[layer + 1]));
          }
        });

    assertThat(run.latest()).isEmpty();
  }

  @Test
  void shouldNotReportOutliers() {
    quiet(run, QUIET)
        .run(
            1_000,
            (m, i) -> {
              double level = i % 50 < 2 ? 1e4 : 1;
              noisy(run, m, level, level, level, level, level);
            });

    assertThat(run.latest()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(doubles = {10, 0.1})
  void shouldStartAgainWhereTheLearningRateJumps(double factor) {
    quiet(run, QUIET)
        .run(
            600,
            (m, i) -> {
              Arrays.fill(m.learningRate, factor * 1e-3);
              noisy(run, m, 2, 3, 3, 3, 3);
            });
    assertThat(run.latest()).isEmpty();

    run.run(100, (m, i) -> noisy(run, m, 2 * Math.exp(0.01 * (i - 1_000)), 3, 3, 3, 3));
    assertThat(drifts(run)).hasSize(1);
  }

  @Test
  void shouldNotReportARiseOfTheObjective() {
    quiet(run, 4)
        .run(
            QUIET + 200,
            (m, i) -> {
              noisy(run, m, rise(i, 0.01), 1, 1, 1, 1);
              if (i % 4 == 0) {
                m.comparisonIteration = i;
                m.baselineIteration = 0;
                m.baselineScore = 1.01 * rise(i, 0.01);
                m.comparedScore = rise(i, 0.01);
              }
            });

    assertThat(run.latest()).isEmpty();
  }

  @Test
  void shouldNotCountIterationsThatTrainNothing() {
    quiet(run, QUIET)
        .run(
            300,
            (m, i) -> {
              boolean broken = i % 2 == 0;
              m.weightsReplacedIteration = broken ? i : m.weightsReplacedIteration;
              noisy(run, m, broken ? 9 : 1, broken ? 9 : 1, 1, 1, 1);
            });

    assertThat(run.latest()).isEmpty();
  }

  @Test
  void shouldBeTheCauseOfTheAlarmThatFollows() {
    SimulatedRun all = SimulatedRun.withAllDetectors(LAYOUT);
    all.run(
        700,
        (m, i) -> {
          double level = rise(i, 0.015);
          noisy(all, m, level, level, level, level, level);
        });

    assertThat(drifts(all)).hasSize(1);
    Diagnosis drift = drifts(all).get(0);
    List<Diagnosis> alarms = all.latest().stream().filter(Diagnosis::isAlarm).toList();
    assertThat(alarms).isNotEmpty();
    assertThat(alarms.get(0).problem().family()).isEqualTo(ProblemFamily.EXPLODING);
    assertThat(alarms.get(0).iteration()).isGreaterThan(drift.iteration() + 10);
    assertThat(alarms.get(0).causeId()).isEqualTo(drift.id());
    assertThat(drift.isResolved()).isFalse();
  }

  @Test
  void shouldNotBeginAfterTheAlarm() {
    SimulatedRun all = SimulatedRun.withAllDetectors(LAYOUT);
    quiet(all, QUIET)
        .run(
            100,
            (m, i) -> {
              noisy(all, m, 30, 1e5, 1e5, 1e5, 1e5);
            });

    assertThat(all.alarms()).isNotEmpty();
    assertThat(drifts(all)).isEmpty();
  }

  @Test
  void shouldEndWithTheRiseAndFindTheNext() {
    quiet(run, QUIET).run(60, (m, i) -> noisy(run, m, rise(i, 0.01), rise(i, 0.02), 1, 1, 1));
    quiet(run, 1_000);
    assertThat(drifts(run)).hasSize(1).allMatch(Diagnosis::isResolved);

    long start = QUIET + 60 + 1_000;
    run.run(
        80,
        (m, i) -> {
          double level = Math.exp(0.01 * (i - start));
          noisy(run, m, level, 1, 1, 1, level * level);
        });
    assertThat(drifts(run)).extracting(Diagnosis::layer).containsExactly(0, 3);
  }

  @Test
  void shouldHaveTheThresholdOfTheAllowedRate() {
    // mean number of observations up to a false alarm, by Siegmund's approximation
    double h = DriftDetector.threshold(1e-4) + 1.166;
    assertThat((Math.exp(h) - h - 1) / 0.5).isCloseTo(1e4, within(30.0));
  }
}
