package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.listeners.CollectScoresListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

/** A healthy protected run is bit-identical to the run without the listener. */
class HealthyProtectedTest {
  /** A second snapshot is taken 50 iterations after the first. */
  private static final int ITERATIONS = 120;

  /** Each network with each updater, every other pair as a graph in DOUBLE. */
  static Stream<Arguments> runs() {
    List<Arguments> runs = new ArrayList<>();
    for (Networks network : Networks.values()) {
      for (IUpdater updater : List.of(new Sgd(0.01), new Nesterovs(0.002, 0.9), new Adam(1e-3))) {
        boolean asGraph = runs.size() % 2 == 1;
        DataType type = asGraph ? DataType.DOUBLE : DataType.FLOAT;
        runs.add(Arguments.of(network, updater, type, asGraph));
      }
    }
    return runs.stream();
  }

  private record Run(List<Long> bits, List<Double> scores, List<Integer> drawn) {}

  private static Run train(
      Networks kind,
      IUpdater updater,
      DataType type,
      boolean asGraph,
      @Nullable TrainingHealthListener health) {
    MultiLayerNetwork net = kind.create(updater.clone(), type);
    Model model = asGraph ? NetworkBits.graph(net) : net;
    Nd4j.getRandom().setSeed(99); // dropout draws from the one global generator
    CollectScoresListener scores = new CollectScoresListener(1);
    if (health == null) {
      model.setListeners(scores);
    } else {
      model.setListeners(scores, health);
    }
    List<DataSet> data = kind.data(type);
    ExistingDataSetIterator iterator = new ExistingDataSetIterator(data);
    int before = -1;
    while (scores.getListScore().size() < ITERATIONS && scores.getListScore().size() > before) {
      before = scores.getListScore().size();
      if (model instanceof ComputationGraph graph) {
        graph.fit(iterator, 10);
      } else {
        net.fit(iterator, 10);
      }
    }
    List<Integer> drawn = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      drawn.add(Nd4j.getRandom().nextInt());
    }
    return new Run(NetworkBits.of(model), scores.getListScore().stream().toList(), drawn);
  }

  @ParameterizedTest
  @MethodSource("runs")
  void shouldBeBitIdentical(Networks kind, IUpdater updater, DataType type, boolean asGraph) {
    final Run alone = train(kind, updater, type, asGraph, null);
    try (TrainingHealthListener health =
        TrainingHealthListener.protecting(new InMemoryStatsStorage())) {
      Run guarded = train(kind, updater, type, asGraph, health);
      assertThat(health.interventions()).isEmpty();
      assertThat(guarded.bits).isEqualTo(alone.bits);
      assertThat(guarded.scores).isEqualTo(alone.scores);
      assertThat(guarded.drawn).as("random generator").isEqualTo(alone.drawn);
      assertThat(alone.scores.size()).isGreaterThanOrEqualTo(ITERATIONS);
      assertThat(alone.scores.stream().distinct().count()).as("changing scores").isGreaterThan(80);
    }
  }

  /** A run that is damaged at its end is rolled back to a snapshot taken during the run. */
  @Test
  void shouldTakeSnapshotsDuringTheRun() {
    TrainingHealthListener health = TrainingHealthListener.protecting(new InMemoryStatsStorage());
    MultiLayerNetwork net = Networks.MLP.create(new Adam(1e-3), DataType.FLOAT);
    net.setListeners(health);
    List<DataSet> data = Networks.MLP.data(DataType.FLOAT);
    for (int i = 0; i < ITERATIONS; i++) {
      net.fit(data.get(i % data.size()));
    }
    assertThat(health.interventions()).isEmpty();
    net.params().assign(Double.NaN);
    net.fit(data.get(0));
    assertThat(health.interventions())
        .filteredOn(i -> i.kind() == Kind.ROLLBACK)
        .singleElement()
        .extracting(Intervention::snapshotIteration)
        .matches(iteration -> iteration > 0);
  }
}
