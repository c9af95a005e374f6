package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.run.TrainingRun;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;

/** A protecting listener for several networks in turn, which do not affect each other. */
class ForeignNetworkTest {
  private static final int FOLD = 60;

  private final InMemoryStatsStorage storage = new InMemoryStatsStorage();
  private final TrainingHealthListener health =
      TrainingHealthListener.builder(storage).sessionId("folds").protecting().build();
  private final LearningNetwork kind = LearningNetwork.MLP;

  /** The parameters of each network at its start and after each of its iterations. */
  private final List<Set<List<Long>>> states = new ArrayList<>();

  @AfterEach
  void close() {
    health.close();
  }

  private Model fold(boolean graph) {
    MultiLayerNetwork net = kind.create(new Adam(5e-3));
    net.params().muli(1 - 0.1 * states.size()); // as with another seed
    Model fold = graph ? NetworkBits.graph(net) : net;
    Set<List<Long>> seen = new HashSet<>();
    seen.add(NetworkBits.of(fold.params()));
    states.add(seen);
    BaseTrainingListener watcher =
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            seen.add(NetworkBits.of(model.params()));
          }
        };
    if (fold instanceof ComputationGraph g) {
      g.setListeners(health, watcher);
    } else {
      net.setListeners(health, watcher);
    }
    return fold;
  }

  private void train(Model net, int from, int iterations) {
    for (int i = 0; i < iterations; i++) {
      NetworkBits.fit(net, kind.batch(from + i));
    }
  }

  private static void damage(Model net) {
    net.params().putScalar(net.params().length() / 2, Double.NaN);
  }

  private List<Intervention> rollbacks() {
    return health.interventions().stream()
        .filter(i -> i.kind() == Intervention.Kind.ROLLBACK)
        .toList();
  }

  private static List<String> sessions(TrainingHealthListener listener) {
    return listener.runs().stream().map(TrainingRun::sessionId).toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldNeverSetAFoldBackToTheParametersOfAnother(boolean graph) {
    train(fold(graph), 0, FOLD);
    Model second = fold(graph);
    train(second, 1000, 3);
    damage(second);
    train(second, 1003, 12);

    assertThat(states.get(1)).doesNotContainAnyElementsOf(states.get(0));
    assertThat(second.params().isNaN().any()).isFalse();
    assertThat(rollbacks()).isNotEmpty().allMatch(i -> i.snapshotIteration() < 3);
  }

  @Test
  void shouldProtectAFoldOfAnotherLayout() {
    train(fold(false), 0, FOLD);
    LearningNetwork other = LearningNetwork.CNN;
    MultiLayerNetwork second = other.create(LearningNetwork.adam(1));
    second.setListeners(health);
    for (int i = 0; i < 3; i++) {
      second.fit(other.batch(i));
    }
    damage(second);
    for (int i = 3; i < 15; i++) {
      second.fit(other.batch(i));
    }

    assertThat(second.params().isNaN().any()).isFalse();
    assertThat(rollbacks()).isNotEmpty();
  }

  @Test
  void shouldGiveEachHealthyFoldARunWithoutAlarms() {
    List<Diagnosis> alarms = new ArrayList<>();
    for (int k = 0; k < 3; k++) {
      train(fold(false), 1000 * k, FOLD);
      alarms.addAll(health.diagnoses().stream().filter(Diagnosis::isAlarm).toList());
      assertThat(health.interventions()).isEmpty();
      assertThat(health.summary().iterations()).isEqualTo(FOLD);
    }

    assertThat(alarms).isEmpty();
    assertThat(sessions(health)).containsExactly("folds", "folds-run2", "folds-run3");
    assertThat(health.runs()).extracting(TrainingRun::ended).containsExactly(true, true, false);
    assertThat(health.runs()).allMatch(run -> run.summary().iterations() == FOLD);
    assertThat(health.runs()).allMatch(run -> run.workerId().equals(health.getWorkerID()));
    health.flush();
    assertThat(storage.listSessionIDs())
        .containsExactlyInAnyOrder("folds", "folds-run2", "folds-run3");
  }

  /** Folds with one network, whose initial parameters are set again. */
  @Test
  void shouldGoOnWithTheRunButNotWithItsSnapshotsAfterSetParams() {
    Model net = fold(false);
    final INDArray began = net.params().dup();
    train(net, 0, 2 * FOLD);
    Set<List<Long>> before = new HashSet<>(states.get(0));
    states.get(0).clear();
    net.setParams(began.mul(1.3));
    train(net, 1000, 5);
    damage(net);
    train(net, 1005, 12);

    assertThat(health.diagnoses())
        .filteredOn(Diagnosis::isAlarm)
        .as("of the damage alone")
        .allMatch(d -> d.iteration() >= 2 * FOLD + 5);
    assertThat(states.get(0)).doesNotContainAnyElementsOf(before);
    assertThat(rollbacks()).isNotEmpty().allMatch(i -> i.snapshotIteration() == 2 * FOLD - 1);
    assertThat(health.runs())
        .singleElement()
        .matches(run -> run.outsideChanges() == 1 && run.sessionId().equals("folds"));
  }

  /** Workers' weights are averaged between iterations. */
  @Test
  void shouldTakeWhatIsWrittenToAWorkersReplicaForAPartOfTheTraining() {
    TrainingHealthListener worker = health.clone();
    MultiLayerNetwork net = kind.create(new Adam(5e-3));
    net.setListeners(worker);
    for (int i = 0; i < 10; i++) {
      net.fit(kind.batch(i));
      net.params().muli(0.999);
    }
    assertThat(worker.runs()).singleElement().matches(run -> run.outsideChanges() == 0);
    worker.close();
  }

  @Test
  void shouldBuildTwoListenersThatDoNotShareTheirRecords() {
    TrainingHealthListenerBuilder builder = TrainingHealthListener.builder(storage);
    TrainingHealthListener one = builder.build();
    TrainingHealthListener two = builder.build();
    assertThat(one.getSessionID()).isNotEqualTo(two.getSessionID());

    builder.sessionId("s");
    TrainingHealthListener three = builder.build();
    TrainingHealthListener four = builder.build();
    assertThat(List.of(three.getSessionID(), four.getSessionID())).containsOnly("s");
    assertThat(three.getWorkerID()).isNotEqualTo(four.getWorkerID());
  }
}
