package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.intervene.ProtectionSettings;
import dev.traininghealth.trial.TrialQuestion;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** A network whose weights are damaged from outside is rolled back to a bit-identical snapshot. */
class RollbackTest {
  private static final int HEALTHY = 200;

  /**
   * Weights are measured at least at every tenth iteration; other values show the damage at once.
   */
  private static final int UNTIL_SEEN = 12;

  private final List<List<Long>> bits = new ArrayList<>();

  static Stream<Arguments> damages() {
    List<Arguments> damages = new ArrayList<>();
    for (LearningNetwork kind : LearningNetwork.values()) {
      for (IUpdater updater : List.of(kind.sgd(1), LearningNetwork.adam(1))) {
        damages.add(Arguments.of(kind, updater, Double.NaN));
        damages.add(Arguments.of(kind, updater, Double.POSITIVE_INFINITY));
      }
    }
    return damages.stream();
  }

  @ParameterizedTest
  @MethodSource("damages")
  void shouldRestoreTheNamedSnapshot(LearningNetwork kind, IUpdater updater, double damage) {
    InjectedRun run = run(kind, updater, ProtectionSettings.defaults()).until(HEALTHY);
    double rate = rate(run.net);
    assertThat(run.listener.interventions()).isEmpty();
    run.net.params().putScalar(run.net.params().length() / 2, damage);
    Intervention rollback = untilRolledBack(run);

    assertThat(rollback.snapshotIteration()).as("a snapshot was confirmed").isPositive();
    assertThat(bits.get((int) rollback.iteration()))
        .isEqualTo(bits.get((int) rollback.snapshotIteration()));
    assertThat(bits.get((int) rollback.iteration()))
        .as("not the state before the damage")
        .isNotEqualTo(bits.get(HEALTHY - 1));
    assertThat(rollback.applied()).isTrue();
    assertThat(rollback.problem()).isEqualTo("non_finite");
    assertThat(rate(run.net)).as("learning rate, which is not the cause").isEqualTo(rate);
    assertThat(run.net.getIterationCount()).as("iteration count").isEqualTo(bits.size());

    run.until(run.net.getIterationCount() + 20);
    assertThat(run.net.params().isNaN().any()).isFalse();
    assertThat(run.listener.interventions()).hasSize(1);
  }

  /** An infinite weight before a tanh unit shows in neither score nor gradient. */
  @Test
  void shouldDetectAWeightThatShowsNowhereElse() {
    TrainingHealthListener health = TrainingHealthListener.protecting(new InMemoryStatsStorage());
    MultiLayerNetwork net = Networks.MLP.create(new Sgd(0.01), DataType.FLOAT);
    net.setListeners(health);
    var data = Networks.MLP.data(DataType.FLOAT);
    for (int i = 0; i < 40; i++) {
      net.fit(data.get(0));
    }
    net.params().putScalar(0, Double.POSITIVE_INFINITY);
    for (int i = 0; i < UNTIL_SEEN; i++) {
      net.fit(data.get(0));
    }
    assertThat(rollbacks(health)).singleElement().matches(Intervention::applied);
    assertThat(net.params().isInfinite().any()).isFalse();
    health.close();
  }

  /** Every damage causes a rollback, and from the second on a trial decides. */
  @Test
  void shouldRunATrialIfTheFirstRollbackDidNotHelp() {
    InjectedRun run =
        run(LearningNetwork.MLP, new Adam(1e-3), ProtectionSettings.defaults()).until(HEALTHY);
    for (int i = 0; i < 3; i++) {
      run.net.params().putScalar(0, Double.NaN);
      run.until(run.net.getIterationCount() + 2);
    }
    assertThat(rollbacks(run.listener)).hasSize(3);
    assertThat(run.listener.trials())
        .hasSize(2)
        .allMatch(t -> t.question() == TrialQuestion.LOST && t.isAdopted());
    assertThat(run.net.params().isNaN().any()).isFalse();
  }

  @Test
  void shouldKeepThePositionInTheSchedule() {
    ExponentialSchedule schedule = new ExponentialSchedule(ScheduleType.ITERATION, 1e-3, 0.999);
    InjectedRun run =
        run(LearningNetwork.MLP, new Adam(schedule), ProtectionSettings.defaults()).until(HEALTHY);
    run.net.params().putScalar(0, Double.NaN);
    Intervention rollback = untilRolledBack(run);
    assertThat(rollback.snapshotIteration()).isPositive();
    assertThat(run.net.getIterationCount()).isEqualTo(rollback.iteration() + 1);
    assertThat(run.net.getLearningRate(0))
        .isCloseTo(1e-3 * Math.pow(0.999, run.net.getIterationCount()), withPercentage(1e-6));
  }

  @Test
  void shouldRollBackToTheInitialSnapshotIfNoneIsConfirmed() {
    InjectedRun run = run(LearningNetwork.MLP, new Adam(1e-3), ProtectionSettings.defaults());
    final List<Long> began = NetworkBits.of(run.net.params());
    run.until(20);
    run.net.params().putScalar(0, Double.NaN);
    Intervention rollback = untilRolledBack(run);
    assertThat(rollback.snapshotIteration()).isEqualTo(-1);
    assertThat(NetworkBits.of(run.net.params())).isEqualTo(began);
    assertThat(NetworkBits.of(run.net.getUpdater().getStateViewArray())).containsOnly(0L);
  }

  @Test
  void shouldNotRollBackWithoutMemory() {
    long tooLittle = 4; // bytes
    ProtectionSettings settings =
        ProtectionSettings.builder().stop(false).maxSnapshotBytes(tooLittle).build();
    InjectedRun run = run(LearningNetwork.MLP, new Adam(1e-3), settings).until(20);
    run.net.params().putScalar(0, Double.NaN);
    run.until(30);
    assertThat(run.listener.interventions()).isEmpty();
    assertThat(run.net.params().isNaN().any()).isTrue();
  }

  private InjectedRun run(LearningNetwork kind, IUpdater updater, ProtectionSettings settings) {
    InjectedRun run =
        new InjectedRun(
            kind,
            updater,
            TrainingHealthListener.builder(new InMemoryStatsStorage()).protecting(settings));
    run.net.addListeners(
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            bits.add(NetworkBits.of(model));
          }
        });
    return run;
  }

  private static Intervention untilRolledBack(InjectedRun run) {
    int maxIterations = run.net.getIterationCount() + UNTIL_SEEN;
    while (rollbacks(run.listener).isEmpty() && run.net.getIterationCount() < maxIterations) {
      run.net.fit(run.next());
    }
    return rollbacks(run.listener).get(0);
  }

  private static List<Intervention> rollbacks(TrainingHealthListener health) {
    return health.interventions().stream().filter(i -> i.kind() == Kind.ROLLBACK).toList();
  }

  private static double rate(MultiLayerNetwork net) {
    return net.getLearningRate(0);
  }
}
