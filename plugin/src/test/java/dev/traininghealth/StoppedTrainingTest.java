package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.intervene.ProtectionSettings;
import dev.traininghealth.intervene.TrainingStoppedException;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.optimize.listeners.CollectScoresListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** When protection stops a run, and when it must not. */
class StoppedTrainingTest {
  private static final int MAX_SKIPS = 20;
  private static final ProtectionSettings FEW_SKIPS =
      ProtectionSettings.builder().policy(StoppingPolicy.afterSkips(MAX_SKIPS)).build();

  private final TrainingHealthListenerBuilder builder =
      TrainingHealthListener.builder(new InMemoryStatsStorage());

  private static DataSet broken(DataSet batch) {
    batch.getFeatures().assign(Float.NaN);
    return batch;
  }

  private InjectedRun run(LearningNetwork kind) {
    return new InjectedRun(kind, new Adam(1e-3), builder);
  }

  private static void fitBroken(InjectedRun run, int batches) {
    for (int i = 0; i < batches; i++) {
      run.net.fit(broken(run.next()));
    }
  }

  @ParameterizedTest
  @EnumSource(LearningNetwork.class)
  void shouldStopWithTheDiagnosisAndTheLastGoodNetwork(LearningNetwork kind) {
    builder.protecting(FEW_SKIPS);
    InjectedRun run = run(kind).until(60);
    List<Long> good = NetworkBits.of(run.net);
    fitBroken(run, kind == LearningNetwork.LSTM ? 9 : 19);
    assertThatThrownBy(() -> fitBroken(run, 1))
        .isInstanceOf(TrainingStoppedException.class)
        .hasMessageContaining("20 steps in a row had to be skipped")
        .hasMessageContaining("Training was stopped at iteration 79")
        .hasMessageContaining("features hold")
        .hasMessageContaining("Remedy: ")
        .extracting(e -> ((TrainingStoppedException) e).diagnosis().problem().family())
        .isEqualTo(ProblemFamily.NON_FINITE);
    assertThat(NetworkBits.of(run.net)).isEqualTo(good);
    assertThat(run.listener.interventions())
        .extracting(Intervention::kind)
        .hasSize(MAX_SKIPS + 1)
        .endsWith(Kind.SKIP, Kind.STOP)
        .containsOnlyOnce(Kind.STOP);

    run.until(run.net.getIterationCount() + 10);
    assertThat(NetworkBits.of(run.net)).as("training can start again").isNotEqualTo(good);
  }

  @Test
  void shouldContinueIfStoppingIsSwitchedOff() {
    builder.protecting(FEW_SKIPS).withoutStop();
    InjectedRun run = run(LearningNetwork.MLP).until(60);
    List<Long> good = NetworkBits.of(run.net);
    fitBroken(run, 3 * MAX_SKIPS);
    assertThat(NetworkBits.of(run.net)).isEqualTo(good);
    assertThat(run.listener.interventions())
        .extracting(Intervention::kind)
        .hasSize(3 * MAX_SKIPS)
        .containsOnly(Kind.SKIP);
  }

  @Test
  void shouldNotStopARunWithOneGoodStepInBetween() {
    builder.protecting(FEW_SKIPS);
    InjectedRun run = run(LearningNetwork.MLP).until(60);
    for (int i = 0; i < 3; i++) {
      fitBroken(run, MAX_SKIPS - 1);
      run.net.fit(run.next());
    }
    assertThat(run.listener.interventions()).hasSize(3 * (MAX_SKIPS - 1));
  }

  @Test
  void shouldNeverStopAnObservedRun() {
    InjectedRun run = run(LearningNetwork.MLP).until(60);
    fitBroken(run, 2 * MAX_SKIPS);
    assertThat(run.listener.interventions()).isEmpty();
    assertThat(run.net.params().isNaN().any()).isTrue();
  }

  /** Different ways to damage a run, the same with every listener. */
  enum Damage {
    NO_DATA {
      @Override
      void next(InjectedRun run) {
        run.net.fit(broken(run.next()));
      }
    },
    RUINED_WEIGHT {
      @Override
      void next(InjectedRun run) {
        run.net.params().putScalar(7, Float.POSITIVE_INFINITY);
        run.net.fit(run.next());
      }
    },
    EXPLODING_DATA {
      @Override
      void next(InjectedRun run) {
        DataSet batch = run.next();
        batch.getFeatures().muli(1e12);
        run.net.fit(batch);
      }
    };

    abstract void next(InjectedRun run);
  }

  @ParameterizedTest
  @EnumSource(Damage.class)
  void shouldChangeNothingInADryRun(Damage damage) {
    builder.protecting(FEW_SKIPS).dryRun();
    InjectedRun dryRun = run(LearningNetwork.MLP);
    InjectedRun alone = run(LearningNetwork.MLP);
    CollectScoresListener scores = new CollectScoresListener(1);
    CollectScoresListener aloneScores = new CollectScoresListener(1);
    dryRun.net.addListeners(scores);
    alone.net.setListeners(aloneScores);
    for (InjectedRun run : List.of(dryRun, alone)) {
      run.until(60);
      for (int i = 0; i < 2 * MAX_SKIPS; i++) {
        damage.next(run);
      }
    }
    assertThat(NetworkBits.of(dryRun.net)).isEqualTo(NetworkBits.of(alone.net));
    assertThat(scores.getListScore().stream().toList())
        .isEqualTo(aloneScores.getListScore().stream().toList());
    assertThat(dryRun.net.getLearningRate(0)).isEqualTo(1e-3);
    assertThat(dryRun.listener.interventions())
        .isNotEmpty()
        .noneMatch(Intervention::applied)
        .extracting(Intervention::kind)
        .contains(
            switch (damage) {
              case NO_DATA -> Kind.SKIP;
              case EXPLODING_DATA -> Kind.CLIP;
              case RUINED_WEIGHT -> Kind.ROLLBACK;
            });
    assertThat(dryRun.listener.summary().toString()).contains("Dry run, not applied: ");
  }

  /** An exploding update leaves a finite but useless network. */
  @Test
  void shouldStopWithTheLastGoodNetworkAfterAFiniteExplosion() {
    builder
        .policy(new StoppingPolicy("it exploded", s -> true))
        .detector(
            () ->
                new ScriptedDetector(
                    Problem.EXPLODING_GRADIENT, Severity.CRITICAL, false, i -> i == 130));
    InjectedRun run = run(LearningNetwork.MLP);
    List<List<Long>> bits = new ArrayList<>();
    run.net.addListeners(remembering(bits));
    run.until(130);
    DataSet last = run.next();
    assertThatThrownBy(() -> run.net.fit(last))
        .asInstanceOf(type(TrainingStoppedException.class))
        .extracting(e -> e.diagnosis().problem().family())
        .isEqualTo(ProblemFamily.EXPLODING);
    List<Intervention> rollbacks =
        run.listener.interventions().stream().filter(i -> i.kind() == Kind.ROLLBACK).toList();
    assertThat(rollbacks).extracting(Intervention::iteration).containsExactly(130L);
    assertThat(rollbacks.get(0).snapshotIteration()).isPositive();
    assertThat(NetworkBits.of(run.net))
        .isEqualTo(bits.get((int) rollbacks.get(0).snapshotIteration()));
  }

  /** If training continues after a stop, it is stopped again with the last good network. */
  @Test
  void shouldRollBackAtEveryStop() {
    builder.policy(
        new StoppingPolicy(
            "it is lost again",
            s -> !s.isNetworkFinite() && s.count(Kind.ROLLBACK, Long.MAX_VALUE) > 0));
    InjectedRun run = run(LearningNetwork.MLP).until(120);
    for (int i = 0; i < 3; i++) {
      run.net.params().putScalar(0, Float.NaN);
      DataSet next = run.next();
      if (i == 0) {
        run.net.fit(next);
      } else {
        assertThatThrownBy(() -> run.net.fit(next)).isInstanceOf(TrainingStoppedException.class);
      }
      INDArray parameters = run.net.params();
      assertThat(parameters.isNaN().any()).as("stop %d", i).isFalse();
    }
  }

  private static TrainingListener remembering(List<List<Long>> bits) {
    return new BaseTrainingListener() {
      @Override
      public void iterationDone(Model model, int iteration, int epoch) {
        bits.add(NetworkBits.of((MultiLayerNetwork) model));
      }
    };
  }
}
