package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.intervene.ProtectionSettings;
import java.util.List;
import java.util.function.LongPredicate;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** What becomes of the learning rate of a run that is well, but for what a detector says. */
class LoweredRateTest {
  private static final double OWN = 1e-3;

  /** By then the run has learned something, and a snapshot has proved healthy. */
  private static final int LEARNED = 200;

  private static final int COOLDOWN = 30;
  private static final int HEALTHY = 20;

  private static final ProtectionSettings QUICK =
      ProtectionSettings.defaults()
          .withLearningRate(0.2, COOLDOWN, 20)
          .withHealthyIterations(HEALTHY);

  private static InjectedRun run(
      ProtectionSettings settings, IUpdater updater, Problem problem, LongPredicate iterations) {
    return new InjectedRun(
        LearningNetwork.MLP,
        updater,
        TrainingHealthListener.builder(new InMemoryStatsStorage())
            .protecting(settings)
            .detector(() -> new ScriptedDetector(problem, Severity.WARNING, false, iterations))
            .build());
  }

  private static InjectedRun run(Problem problem, LongPredicate iterations) {
    return run(QUICK, new Adam(OWN), problem, iterations);
  }

  private static List<Kind> kinds(InjectedRun run) {
    return run.listener.interventions().stream().map(Intervention::kind).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"exploding", "plateau"})
  void shouldBeLoweredOnce(String problem) {
    InjectedRun run = run(new Problem(problem), i -> i >= LEARNED && i < LEARNED + 5);
    run.until(LEARNED + 10);
    assertThat(run.listener.interventions())
        .singleElement()
        .satisfies(
            lowered -> {
              assertThat(lowered.kind()).isEqualTo(Kind.LOWER_LEARNING_RATE);
              assertThat(lowered.iteration()).isEqualTo(LEARNED);
              assertThat(lowered.before()).isEqualTo(1);
              assertThat(lowered.after()).isEqualTo(0.5);
              assertThat(lowered.problem()).isEqualTo(problem);
            });
    assertThat(run.net.getLearningRate(0)).isCloseTo(OWN / 2, withPercentage(1e-9));
  }

  @ParameterizedTest
  @ValueSource(strings = {"vanishing", "saturated", "not_learning", "data", "odd"})
  void shouldBeLeftAloneByWhatItIsNotAbout(String problem) {
    InjectedRun run = run(new Problem(problem), i -> i >= LEARNED);
    run.until(LEARNED + 10);
    assertThat(kinds(run)).isEmpty();
  }

  /** The rate had proved healthy before: half, three quarters, all of it. */
  @Test
  void shouldBeRaisedAgainStepByStepAfterAnInstability() {
    InjectedRun run = run(Problem.EXPLODING, i -> i == LEARNED).until(LEARNED + 5 * HEALTHY);
    assertThat(run.listener.interventions().stream().map(Intervention::after))
        .containsExactly(0.5, 0.75, 1.0);
    assertThat(run.listener.interventions())
        .extracting(Intervention::iteration)
        .containsExactly((long) LEARNED, (long) LEARNED + HEALTHY, (long) LEARNED + 2 * HEALTHY);
    assertThat(run.net.getLearningRate(0)).as("to the bit").isEqualTo(OWN);
  }

  @Test
  void shouldStayLoweredWhereItWasTooHigh() {
    InjectedRun run = run(Problem.PLATEAU, i -> i == LEARNED).until(LEARNED + 5 * HEALTHY);
    assertThat(kinds(run)).containsExactly(Kind.LOWER_LEARNING_RATE);
  }

  /** No snapshot was any better, it says: the rate never worked. */
  @Test
  void shouldBeATenthWhereTheRunOscillates() {
    InjectedRun run =
        run(
            ProtectionSettings.defaults().withHealthyIterations(HEALTHY),
            new Adam(OWN),
            Problem.OSCILLATING,
            i -> i == LEARNED);
    run.until(LEARNED + 5 * HEALTHY);
    assertThat(kinds(run)).containsExactly(Kind.ROLLBACK, Kind.LOWER_LEARNING_RATE);
    assertThat(run.net.getLearningRate(0)).isCloseTo(OWN / 10, withPercentage(1e-9));
  }

  /** Raised to three quarters it explodes again: that is not tried another time. */
  @Test
  void shouldNotBeRaisedAgainToWhatBroughtTheInstabilityBack() {
    int again = LEARNED + HEALTHY + 15;
    InjectedRun run =
        run(Problem.EXPLODING, i -> i == LEARNED || i == again).until(again + 6 * HEALTHY);
    assertThat(run.listener.interventions())
        .filteredOn(i -> i.kind() != Kind.ROLLBACK)
        .extracting(Intervention::after)
        .containsExactly(0.5, 0.75, 0.375, 0.5);
  }

  @Test
  void shouldNotGoBelowTheMinimum() {
    InjectedRun run =
        run(Problem.PLATEAU, i -> i >= LEARNED && (i - LEARNED) % (6 * COOLDOWN) == 0);
    run.until(LEARNED + 25 * COOLDOWN);
    assertThat(run.listener.interventions().stream().map(Intervention::after))
        .containsExactly(0.5, 0.25, 0.2);
    assertThat(run.net.getLearningRate(0)).isCloseTo(OWN / 5, withPercentage(1e-9));
  }

  /** What the user's own schedule does about a plateau is left to it; it is scaled otherwise. */
  @Test
  void shouldLeaveAPlateauToASchedule() {
    IUpdater updater = new Adam(new ExponentialSchedule(ScheduleType.ITERATION, OWN, 0.999));
    InjectedRun plateau = run(QUICK, updater.clone(), Problem.PLATEAU, i -> i == LEARNED);
    assertThat(kinds(plateau.until(LEARNED + 10))).isEmpty();
    InjectedRun explosion = run(QUICK, updater.clone(), Problem.EXPLODING, i -> i == LEARNED);
    explosion.until(LEARNED + 10);
    assertThat(kinds(explosion)).containsExactly(Kind.LOWER_LEARNING_RATE);
    assertThat(explosion.net.getLearningRate(0))
        .isCloseTo(0.5 * OWN * Math.pow(0.999, LEARNED + 10), withPercentage(1e-6));
  }

  /** A long warning of which lowering did not help: then back to a snapshot, in the cooldown. */
  @Test
  void shouldBeFollowedByARollbackWhereItDidNotHelp() {
    InjectedRun run = run(Problem.EXPLODING, i -> i >= LEARNED).until(LEARNED + COOLDOWN + 5);
    assertThat(kinds(run))
        .containsExactly(Kind.LOWER_LEARNING_RATE, Kind.ROLLBACK, Kind.LOWER_LEARNING_RATE);
    assertThat(run.listener.interventions().get(1).iteration()).isEqualTo(LEARNED + COOLDOWN);
    assertThat(run.listener.interventions().get(1).snapshotIteration()).isPositive();
  }
}
