package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Problems;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.AfterUpdate;
import dev.traininghealth.intervene.BeforeUpdate;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.intervene.InterventionPolicy;
import dev.traininghealth.intervene.ProtectionSettings;
import dev.traininghealth.intervene.Situation;
import dev.traininghealth.intervene.TrialPolicy;
import dev.traininghealth.run.TrainingRun;
import dev.traininghealth.trial.Trial;
import dev.traininghealth.trial.TrialQuestion;
import java.io.Serial;
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

/** Changes of the learning rate in a healthy run with a reported problem. */
class LoweredRateTest {
  private static final double CONFIGURED_RATE = 1e-3;

  /** Iteration at which the run has learned something and a snapshot is confirmed. */
  private static final int LEARNED_ITERATIONS = 200;

  private static final int HEALTHY = 20;

  private static final ProtectionSettings QUICK =
      ProtectionSettings.builder().healthyIterationsBeforeRaise(HEALTHY).build();

  private static InjectedRun run(
      ProtectionSettings settings, IUpdater updater, Problem problem, LongPredicate iterations) {
    return new InjectedRun(
        LearningNetwork.MLP,
        updater,
        TrainingHealthListener.builder(new InMemoryStatsStorage())
            .protecting(settings)
            .detector(() -> new ScriptedDetector(problem, Severity.WARNING, false, iterations)));
  }

  private static InjectedRun run(Problem problem, LongPredicate iterations) {
    return run(QUICK, new Adam(CONFIGURED_RATE), problem, iterations);
  }

  private static List<Kind> kinds(InjectedRun run) {
    return run.listener.interventions().stream().map(Intervention::kind).toList();
  }

  /** A false alarm changes nothing while the network learns. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "exploding",
        "oscillating",
        "dead_relu",
        "not_learning",
        "vanishing",
        "saturated",
        "plateau"
      })
  void shouldKeepTheRateAtAFalseAlarm(String problem) {
    InjectedRun run =
        run(Problems.of(problem), i -> i >= LEARNED_ITERATIONS && i < LEARNED_ITERATIONS + 60);
    InjectedRun alone = run(new Problem("odd"), i -> false);
    run.until(LEARNED_ITERATIONS + 100);
    alone.until(LEARNED_ITERATIONS + 100);

    assertThat(run.listener.trials())
        .as("trials")
        .isNotEmpty()
        .allSatisfy(
            trial -> {
              assertThat(trial.isAdopted()).as(trial.reason()).isFalse();
              assertThat(trial.branches().get(0).isNothing()).isTrue();
              assertThat(trial.branches()).hasSizeGreaterThan(1);
              assertThat(trial.steps()).isBetween(1, 120);
            });
    assertThat(kinds(run)).containsOnly(Kind.TRIAL);
    assertThat(NetworkBits.of(run.net)).isEqualTo(NetworkBits.of(alone.net));
  }

  @ParameterizedTest
  @ValueSource(strings = {"data", "odd"})
  void shouldKeepTheRateForUnrelatedProblems(String problem) {
    InjectedRun run = run(Problems.of(problem), i -> i >= LEARNED_ITERATIONS);
    run.until(LEARNED_ITERATIONS + 10);
    assertThat(kinds(run)).isEmpty();
  }

  /** Lowers the rates once, without a trial. */
  private static final class LoweringOncePolicy implements InterventionPolicy {
    @Serial private static final long serialVersionUID = 1L;

    @Override
    public boolean usesTrials() {
      return true;
    }

    @Override
    public BeforeUpdate beforeUpdate(Situation s) {
      return BeforeUpdate.PROCEED;
    }

    @Override
    public AfterUpdate afterUpdate(Situation s) {
      Diagnosis d = s.worstActive(ProblemFamily.EXPLODING);
      return d != null && s.iterationsSince(Kind.LOWER_LEARNING_RATE) == Long.MAX_VALUE
          ? new AfterUpdate.LowerLearningRate(d, 0.25)
          : new TrialPolicy().afterUpdate(s);
    }
  }

  @Test
  void shouldRaiseTheRateIfAHigherOneIsNoWorse() {
    InjectedRun run =
        run(
            QUICK.toBuilder().policy(new LoweringOncePolicy()).build(),
            new Adam(CONFIGURED_RATE),
            Problem.EXPLODING_GRADIENT,
            i -> i == LEARNED_ITERATIONS);
    run.until(LEARNED_ITERATIONS + 40 * HEALTHY);

    assertThat(kinds(run)).startsWith(Kind.LOWER_LEARNING_RATE, Kind.TRIAL);
    assertThat(kinds(run)).contains(Kind.RAISE_LEARNING_RATE);
    assertThat(run.net.getLearningRate(0)).as("bit-identical").isEqualTo(CONFIGURED_RATE);
  }

  /** A rate that is too high to learn anything is lowered. */
  @Test
  void shouldLowerTheRateIfChangingNothingIsHarmful() {
    InjectedRun alone = new InjectedRun(LearningNetwork.MLP, new Adam(3), observing());
    InjectedRun run = new InjectedRun(LearningNetwork.MLP, new Adam(3), protecting());
    alone.until(400);
    run.until(400);

    assertThat(run.listener.trials()).anyMatch(Trial::isAdopted);
    assertThat(kinds(run)).contains(Kind.LOWER_LEARNING_RATE);
    assertThat(run.net.score()).isLessThan(0.5 * alone.net.score());
  }

  /** The snapshot before the change belongs to the former network. */
  @Test
  void shouldNotReviewAChangeAfterOtherWeightsWereSet() {
    InjectedRun run = new InjectedRun(LearningNetwork.MLP, new Adam(3), protecting());
    while (run.listener.trials().stream().noneMatch(Trial::isAdopted)) {
      assertThat(run.net.getIterationCount()).as("a change was adopted").isLessThan(400);
      run.until(run.net.getIterationCount() + 1);
    }
    int adopted = run.net.getIterationCount();
    run.net.setParams(run.net.params().add(0.01));
    run.until(adopted + 110);

    assertThat(run.listener.runs()).extracting(TrainingRun::outsideChanges).containsExactly(1L);
    assertThat(run.listener.trials())
        .extracting(Trial::question)
        .doesNotContain(TrialQuestion.LOOK_BACK);
  }

  private static TrainingHealthListenerBuilder observing() {
    return TrainingHealthListener.builder(new InMemoryStatsStorage());
  }

  private static TrainingHealthListenerBuilder protecting() {
    return TrainingHealthListener.builder(new InMemoryStatsStorage()).protecting();
  }

  /** A user's schedule decides about a plateau. */
  @Test
  void shouldLeaveAPlateauToASchedule() {
    IUpdater updater =
        new Adam(new ExponentialSchedule(ScheduleType.ITERATION, CONFIGURED_RATE, 0.999));
    InjectedRun plateau =
        run(QUICK, updater.clone(), Problem.PLATEAU, i -> i == LEARNED_ITERATIONS);
    assertThat(kinds(plateau.until(LEARNED_ITERATIONS + 10))).isEmpty();
  }
}
