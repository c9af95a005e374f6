package dev.traininghealth;

import static dev.traininghealth.SharedTraining.ROUNDS;
import static dev.traininghealth.SharedTraining.batches;
import static dev.traininghealth.SharedTraining.network;
import static dev.traininghealth.SharedTraining.train;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.SharedTraining.Replicas;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.intervene.AfterUpdate;
import dev.traininghealth.intervene.BeforeUpdate;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.intervene.InterventionPolicy;
import dev.traininghealth.intervene.ProtectionSettings;
import dev.traininghealth.intervene.Situation;
import dev.traininghealth.intervene.TrialPolicy;
import java.io.Serial;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Replicas that share their gradients stay equal, whatever protection does on one of them. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SharedGradientsTest {
  private final Replicas replicas = new Replicas();
  private final List<Intervention> interventions = Collections.synchronizedList(new ArrayList<>());

  private TrainingHealthListener protecting(InterventionPolicy policy) {
    return TrainingHealthListener.builder(new InMemoryStatsStorage())
        .protecting(ProtectionSettings.builder().policy(policy).build())
        .onIntervention(interventions::add)
        .build();
  }

  private List<Kind> kinds() {
    synchronized (interventions) {
      return interventions.stream().map(Intervention::kind).distinct().toList();
    }
  }

  private static double accuracy(MultiLayerNetwork net) {
    return net.evaluate(new ExistingDataSetIterator(batches(2, Integer.MAX_VALUE, 0))).accuracy();
  }

  @ParameterizedTest
  @CsvSource({
    "Adam, 2, 0",
    "Nesterovs, 2, 0",
    "Sgd, 2, 0",
    "Adam, 4, 0",
    "Nesterovs, 4, 0",
    "Sgd, 4, 0",
    "Adam, 2, 0.01"
  })
  void shouldSkipOnOneWorkerWithoutPartingTheReplicas(String updater, int workers, double l2) {
    MultiLayerNetwork net = network(updater, l2);
    TrainingHealthListener health = protecting(new TrialPolicy());
    net.setListeners(health, replicas);
    train(net, workers, batches(workers, 11, Float.NaN));
    health.close();
    assertThat(replicas.parameters).hasSize(ROUNDS);
    assertThat(replicas.maxDistance()).isZero();
    assertThat(net.params().isNaN().any()).isFalse();
    assertThat(accuracy(net)).as("0.33 by chance").isGreaterThan(0.7);
    assertThat(kinds()).containsOnly(Kind.SKIP);
  }

  @Test
  void shouldSkipOnOneWorkerWithoutPartingTheReplicasOfAGraph() {
    ComputationGraph graph = network("Adam", 0).toComputationGraph();
    TrainingHealthListener health = protecting(new TrialPolicy());
    graph.setListeners(health, replicas);
    train(graph, 2, batches(2, 11, Float.NaN));
    health.close();
    assertThat(replicas.parameters).hasSize(ROUNDS);
    assertThat(replicas.maxDistance()).isZero();
    assertThat(graph.params().isNaN().any()).isFalse();
    assertThat(kinds()).containsOnly(Kind.SKIP);
  }

  /** Squares of such a gradient overflow in the updater, which no policy has to know. */
  @Test
  void shouldWithholdAnUpdateThatOverflowsInTheUpdater() {
    MultiLayerNetwork net = network("Adam", 0);
    TrainingHealthListener health = protecting(new ProceedingPolicy());
    net.setListeners(health, replicas);
    train(net, 2, batches(2, 11, 1e25f));
    health.close();
    assertThat(replicas.maxDistance()).isZero();
    assertThat(net.getUpdater().getStateViewArray().isNaN().any()).isFalse();
    assertThat(net.getUpdater().getStateViewArray().isInfinite().any()).isFalse();
    assertThat(kinds()).containsOnly(Kind.SKIP);
  }

  @Test
  void shouldNotRollBackOneWorker() {
    MultiLayerNetwork net = network("Adam", 0);
    TrainingHealthListener health =
        protecting(
            new AnsweringPolicy() {
              @Serial private static final long serialVersionUID = 1L;

              @Override
              AfterUpdate answer(Diagnosis d) {
                return new AfterUpdate.RollBack(d, 0.5, false);
              }
            });
    net.setListeners(health, replicas);
    try (CapturedLog log = new CapturedLog("dev.traininghealth.intervene.AfterUpdateExecutor")) {
      train(net, 2, batches(2, 11, Float.NaN));
      assertThat(log.warnings())
          .hasSizeBetween(1, 2)
          .allMatch(line -> line.startsWith("Protection would roll back (The minibatch's"))
          .allMatch(line -> line.contains("shares its gradients with other workers"));
    }
    health.close();
    assertThat(replicas.maxDistance()).isZero();
    assertThat(kinds()).containsOnly(Kind.SKIP);
  }

  /** The usual policy before the update; answers each skipped step after it. */
  private abstract static class AnsweringPolicy implements InterventionPolicy {
    @Serial private static final long serialVersionUID = 1L;

    abstract AfterUpdate answer(Diagnosis d);

    @Override
    public BeforeUpdate beforeUpdate(Situation s) {
      return new TrialPolicy().beforeUpdate(s);
    }

    @Override
    public AfterUpdate afterUpdate(Situation s) {
      Diagnosis d = s.worstActive(ProblemFamily.NON_FINITE);
      return d != null && s.consecutiveSkips() > 0 ? answer(d) : AfterUpdate.PROCEED;
    }
  }

  /** Decides nothing. */
  private static final class ProceedingPolicy implements InterventionPolicy {
    @Serial private static final long serialVersionUID = 1L;

    @Override
    public BeforeUpdate beforeUpdate(Situation s) {
      return BeforeUpdate.PROCEED;
    }

    @Override
    public AfterUpdate afterUpdate(Situation s) {
      return AfterUpdate.PROCEED;
    }
  }
}
