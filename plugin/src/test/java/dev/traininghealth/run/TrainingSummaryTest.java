package dev.traininghealth.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.InjectedRun;
import dev.traininghealth.LearningNetwork;
import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.TrainingHealthListenerBuilder;
import dev.traininghealth.detect.Check;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.text.Message;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** The summary of a run and its text. */
class TrainingSummaryTest {
  @Test
  void shouldDescribeAlarmsAndInterventions() {
    assertThat(
            new TrainingSummary(
                50_000,
                Map.of("plateau", 1L, "exploding", 4L),
                Severity.CRITICAL,
                Map.of(Kind.STOP, 1L, Kind.SKIP, 12L, Kind.LOWER_LEARNING_RATE, 3L),
                false,
                new TrainingCost(0.0123, 0.414, 2),
                List.of()))
        .hasToString(
            "50000 iterations watched, cost: lately 1.23 % of the training time (start 0.41 s,"
                + " snapshots and trials 2 s). Found: 5 alarms"
                + " (exploding 4, plateau 1), 100 in a million iterations. Done: steps skipped:"
                + " 12, learning rates lowered: 3, training stopped.");
  }

  @Test
  void shouldDescribeARunWithoutAlarms() {
    assertThat(TrainingSummary.EMPTY)
        .hasToString(
            "0 iterations watched, cost: start 0 s. Found: too early to tell. Done:" + " nothing.");
    assertThat(
            new TrainingSummary(
                    1, Map.of(), null, Map.of(Kind.CLIP, 2L), true, TrainingCost.NONE, List.of())
                .toString())
        .endsWith("Dry run, not applied: gradients clipped: 2.");
  }

  @Test
  void shouldNameEachKindOfIntervention() {
    Map<Kind, Long> once = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      once.put(kind, 1L);
    }
    assertThat(
            new TrainingSummary(
                    1,
                    Map.of("dead_relu", 1L),
                    Severity.WARNING,
                    once,
                    false,
                    TrainingCost.NONE,
                    List.of())
                .toString())
        .contains("1 alarm (dead_relu 1)")
        .endsWith(
            "steps skipped: 1, gradients clipped: 1, learning rates lowered: 1, learning rates"
                + " raised: 1, rollbacks: 1, training stopped, trials on copies: 1.");
  }

  @Test
  void shouldSayWhatWasCheckedAndWhatWasNot() {
    Check missing = Check.missing("dead-relu", Message.of("say.check.noRectified"));
    Check made = Check.of("exploding-gradient", 10, 0, 99, 100);
    TrainingSummary summary =
        new TrainingSummary(
            100, Map.of(), null, Map.of(), false, TrainingCost.NONE, List.of(made, missing));
    assertThat(summary.hasAlarms()).isFalse();
    assertThat(summary.notChecked()).containsExactly(missing);
    assertThat(summary.toString())
        .contains("Found: no alarm.")
        .endsWith(
            " Checked: exploding-gradient (iterations 0 to 99). Not checked: dead-relu (no layer"
                + " has rectified units).");
    assertThat(
            new TrainingSummary(
                    100, Map.of(), null, Map.of(), false, TrainingCost.NONE, List.of(missing))
                .toString())
        .contains("Found: too early to tell.");
  }

  @ParameterizedTest
  @CsvSource({
    "WARNING, CRITICAL, CRITICAL",
    "WARNING, INFO, WARNING",
    ",INFO,INFO",
    "INFO,,INFO",
    ",,"
  })
  void shouldKnowTheWorstOfSeveralRuns(Severity one, Severity other, Severity worst) {
    assertThat(withWorst(one).plus(withWorst(other)).worst()).isEqualTo(worst);
  }

  private static TrainingSummary withWorst(Severity worst) {
    return new TrainingSummary(1, Map.of(), worst, Map.of(), false, TrainingCost.NONE, List.of());
  }

  @Test
  void shouldNameTrialsThatAMovingObjectiveSuspends() {
    for (boolean moving : new boolean[] {false, true}) {
      TrainingHealthListenerBuilder builder =
          TrainingHealthListener.builder(new InMemoryStatsStorage()).protecting();
      InjectedRun run =
          new InjectedRun(
              LearningNetwork.MLP, new Adam(1e-3), moving ? builder.movingObjective() : builder);
      run.until(3).listener.close();
      assertThat(run.listener.summary().toString().contains("trials (suspended: the objective"))
          .isEqualTo(moving);
    }
  }

  @Test
  void shouldNotChange() {
    Map<String, Long> alarms = new HashMap<>(Map.of("data", 1L));
    TrainingSummary summary =
        new TrainingSummary(
            1, alarms, Severity.INFO, Map.of(), false, TrainingCost.NONE, List.of());
    alarms.clear();
    assertThat(summary.alarms()).containsEntry("data", 1L);
  }

  @Test
  void shouldCountEventsOfARunAndOutliveIt() {
    TrainingHealthListener health = TrainingHealthListener.protecting(new InMemoryStatsStorage());
    assertThat(health.summary()).isEqualTo(TrainingSummary.EMPTY);
    InjectedRun run = new InjectedRun(LearningNetwork.MLP, new Adam(1e-3), health).until(20);
    for (int i = 0; i < 3; i++) {
      DataSet broken = run.next();
      broken.getLabels().putScalar(0, Float.NaN);
      run.net.fit(broken);
    }
    run.until(30);
    for (int closed = 0; closed < 2; closed++) {
      assertThat(health.summary().iterations()).isEqualTo(30);
      assertThat(health.summary().alarms()).isEqualTo(Map.of("non_finite", 1L));
      assertThat(health.summary().worst()).isEqualTo(Severity.CRITICAL);
      assertThat(health.summary().interventions()).isEqualTo(Map.of(Kind.SKIP, 3L));
      assertThat(health.summary().cost().startSeconds()).isPositive();
      assertThat(health.interventions()).hasSize(3);
      health.close();
    }
  }
}
