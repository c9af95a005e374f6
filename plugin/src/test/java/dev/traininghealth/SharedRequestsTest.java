package dev.traininghealth;

import static dev.traininghealth.SharedTraining.ROUNDS;
import static dev.traininghealth.SharedTraining.batches;
import static dev.traininghealth.SharedTraining.network;
import static dev.traininghealth.SharedTraining.rate;
import static dev.traininghealth.SharedTraining.remainingThreads;
import static dev.traininghealth.SharedTraining.train;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
import dev.traininghealth.intervene.TrainingStoppedException;
import dev.traininghealth.intervene.TrialPolicy;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.parallelism.ParallelWrapper.TrainingMode;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.dataset.DataSet;

/** What one worker's policy requests, all workers that share their gradients do. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SharedRequestsTest {
  /** One minibatch in this many is bad. The first is the eleventh. */
  private static final int BAD_EVERY = 11;

  private final Replicas replicas = new Replicas();
  private final List<Intervention> interventions = Collections.synchronizedList(new ArrayList<>());

  /** Answers the skipped steps of its own worker; otherwise the usual policy before the update. */
  private record AnsweringPolicy(Answer answer) implements InterventionPolicy {
    interface Answer extends BiFunction<Situation, Diagnosis, AfterUpdate>, Serializable {}

    @Override
    public BeforeUpdate beforeUpdate(Situation s) {
      return new TrialPolicy().beforeUpdate(s);
    }

    @Override
    public AfterUpdate afterUpdate(Situation s) {
      Diagnosis d = s.worstActive(ProblemFamily.NON_FINITE);
      return d != null && s.consecutiveSkips() > 0 ? answer.apply(s, d) : AfterUpdate.PROCEED;
    }
  }

  private static AfterUpdate lowerOnce(Situation s, Diagnosis d) {
    return s.iterationsSince(Kind.LOWER_LEARNING_RATE) == Long.MAX_VALUE
        ? new AfterUpdate.LowerLearningRate(d, 0.5)
        : AfterUpdate.PROCEED;
  }

  private static AfterUpdate stop(Situation s, Diagnosis d) {
    return new AfterUpdate.Stop(d, "A step was skipped.");
  }

  private TrainingHealthListener protecting(AnsweringPolicy.Answer answer) {
    return protecting(ProtectionSettings.builder().policy(new AnsweringPolicy(answer)).build());
  }

  private TrainingHealthListener protecting(ProtectionSettings settings) {
    return TrainingHealthListener.builder(new InMemoryStatsStorage())
        .protecting(settings)
        .onIntervention(interventions::add)
        .build();
  }

  private List<Intervention> listed(TrainingHealthListener health, Kind kind) {
    return health.interventions().stream().filter(i -> i.kind() == kind).toList();
  }

  /** The round in which the first bad minibatch is trained on, from 0. */
  private static int badRound(int workers) {
    return (BAD_EVERY - 1) / workers;
  }

  private void assertRates(int workers, double before, double after) {
    assertThat(replicas.rates).hasSize(ROUNDS);
    replicas.rates.forEach(
        (round, rates) ->
            assertThat(rates)
                .as("rates after round %d", round)
                .hasSize(workers)
                .containsOnly(round <= badRound(workers) ? before : after));
  }

  @ParameterizedTest
  @CsvSource({"Adam, 2", "Nesterovs, 2", "Sgd, 4"})
  void shouldLowerTheRatesOfAllWorkersAtTheSameIteration(String updater, int workers)
      throws Exception {
    MultiLayerNetwork net = network(updater, 0);
    double before = rate(net);
    TrainingHealthListener health = protecting(SharedRequestsTest::lowerOnce);
    net.setListeners(health, replicas);
    train(net, workers, batches(workers, BAD_EVERY, Float.NaN));
    health.close();

    assertThat(replicas.maxDistance()).isZero();
    assertRates(workers, before, before / 2);
    assertThat(listed(health, Kind.LOWER_LEARNING_RATE))
        .hasSize(workers)
        .allMatch(i -> i.iteration() == badRound(workers) + 1 && i.applied())
        .allMatch(i -> i.before() == 1 && i.after() == 0.5);
    assertThat(listed(health, Kind.LOWER_LEARNING_RATE))
        .filteredOn(i -> i.diagnosisId() < 0)
        .hasSize(workers - 1)
        .allMatch(i -> i.reason().contains("Another worker, with which this one shares"));
    assertThat(remainingThreads()).isEmpty();
  }

  @Tag("full")
  @ParameterizedTest
  @CsvSource({"Sgd, 2", "Adam, 4", "Nesterovs, 4"})
  void shouldLowerTheRatesOfAllWorkersWithEachUpdater(String updater, int workers)
      throws Exception {
    shouldLowerTheRatesOfAllWorkersAtTheSameIteration(updater, workers);
  }

  @Test
  void shouldLowerTheRatesOfAllWorkersOfAGraph() throws Exception {
    ComputationGraph graph = network("Adam", 0).toComputationGraph();
    double before = rate(graph);
    TrainingHealthListener health = protecting(SharedRequestsTest::lowerOnce);
    graph.setListeners(health, replicas);
    train(graph, 2, batches(2, BAD_EVERY, Float.NaN));
    health.close();

    assertThat(replicas.maxDistance()).isZero();
    assertRates(2, before, before / 2);
  }

  /** DL4J copies the root's scaled rates for the other workers, at each call of fit. */
  @Test
  void shouldLowerTheSameRatesFurtherAtTheNextFit() {
    MultiLayerNetwork net = network("Adam", 0);
    double before = rate(net);
    TrainingHealthListener health =
        protecting(
            ProtectionSettings.builder()
                .policy(
                    new AnsweringPolicy(
                        (s, d) ->
                            s.iterationsSince(Kind.LOWER_LEARNING_RATE) > 10
                                ? new AfterUpdate.LowerLearningRate(d, 0.25)
                                : AfterUpdate.PROCEED))
                .minLearningRateFactor(0x1p-7)
                .build());
    net.setListeners(health, replicas);
    List<DataSet> onceBad = batches(2, Integer.MAX_VALUE, 0).subList(0, 24);
    onceBad.get(BAD_EVERY - 1).getFeatures().assign(Float.NaN);
    train(net, 2, TrainingMode.SHARED_GRADIENTS, Collections.nCopies(4, onceBad));
    health.close();

    assertThat(replicas.maxDistance()).isZero();
    assertThat(replicas.rates.values()).allMatch(rates -> new HashSet<>(rates).size() == 1);
    assertThat(rate(net)).isCloseTo(before * 0x1p-7, within(1e-15));
    assertThat(listed(health, Kind.LOWER_LEARNING_RATE))
        .extracting(Intervention::after)
        .containsOnly(0.25, 0x1p-4, 0x1p-6, 0x1p-7);
  }

  /** A rate at which a snapshot was confirmed may return, which takes 80 healthy iterations. */
  @Test
  void shouldRaiseTheRatesOfAllWorkersAgain() {
    MultiLayerNetwork net = network("Adam", 0);
    double before = rate(net);
    IterationClock clock = new IterationClock();
    TrainingHealthListener health =
        TrainingHealthListener.builder(new InMemoryStatsStorage())
            .clock(clock)
            .protecting(
                ProtectionSettings.builder()
                    .policy(
                        new AnsweringPolicy(
                            (s, d) ->
                                s.learningRateFactor() == 1
                                    ? lowerOnce(s, d)
                                    : new AfterUpdate.RaiseLearningRate(2, "It has served.")))
                    .build())
            .build();
    net.setListeners(health, clock, replicas);
    List<DataSet> data = new ArrayList<>(batches(2, Integer.MAX_VALUE, 0));
    data.addAll(batches(2, Integer.MAX_VALUE, 0));
    data.get(180).getFeatures().assign(Float.NaN);
    data.get(200).getFeatures().assign(Float.NaN);
    train(net, 2, data);
    health.close();

    assertThat(replicas.maxDistance()).isZero();
    assertThat(replicas.rates.values()).allMatch(rates -> new HashSet<>(rates).size() == 1);
    assertThat(rate(net)).isEqualTo(before);
    assertThat(listed(health, Kind.RAISE_LEARNING_RATE))
        .hasSize(2)
        .allMatch(i -> i.before() == 0.5 && i.after() == 1);
  }

  @ParameterizedTest
  @CsvSource({"Adam, 2", "Nesterovs, 2", "Sgd, 4"})
  void shouldStopAllWorkersAfterTheSameStep(String updater, int workers) throws Exception {
    MultiLayerNetwork net = network(updater, 0);
    TrainingHealthListener health = protecting(SharedRequestsTest::stop);
    net.setListeners(health, replicas);
    assertThatThrownBy(() -> train(net, workers, batches(workers, BAD_EVERY, Float.NaN)))
        .hasRootCauseInstanceOf(TrainingStoppedException.class);
    health.close();

    assertThat(replicas.maxDistance()).isZero();
    assertThat(net.getIterationCount()).isEqualTo(badRound(workers) + 1);
    assertThat(replicas.parameters.get(badRound(workers))).hasSize(workers);
    assertThat(listed(health, Kind.STOP))
        .hasSize(workers)
        .allMatch(i -> i.iteration() == badRound(workers) + 1)
        .filteredOn(i -> i.diagnosisId() >= 0)
        .hasSize(1);
    assertThat(remainingThreads()).isEmpty();
  }

  @Tag("full")
  @ParameterizedTest
  @CsvSource({"Sgd, 2", "Adam, 4", "Nesterovs, 4"})
  void shouldStopAllWorkersWithEachUpdater(String updater, int workers) throws Exception {
    shouldStopAllWorkersAfterTheSameStep(updater, workers);
  }

  @Test
  void shouldTrainOnAfterAStop() {
    MultiLayerNetwork net = network("Adam", 0);
    TrainingHealthListener health = protecting(SharedRequestsTest::stop);
    net.setListeners(health, replicas);
    assertThatThrownBy(() -> train(net, 2, batches(2, BAD_EVERY, Float.NaN)))
        .hasRootCauseInstanceOf(TrainingStoppedException.class);
    train(net, 2, batches(2, Integer.MAX_VALUE, 0));
    health.close();

    assertThat(replicas.maxDistance()).isZero();
    assertThat(net.getIterationCount()).isEqualTo(badRound(2) + 1 + ROUNDS);
  }

  /** A stop that is requested in the last step of a fit is raised in the first one of the next. */
  @Test
  void shouldStopInTheNextFitIfTheLastStepIsBad() {
    MultiLayerNetwork net = network("Adam", 0);
    TrainingHealthListener health = protecting(SharedRequestsTest::stop);
    net.setListeners(health, replicas);
    List<DataSet> lastIsBad = batches(2, BAD_EVERY, Float.NaN).subList(0, BAD_EVERY);
    List<DataSet> good = batches(2, Integer.MAX_VALUE, 0);

    assertThatThrownBy(() -> train(net, 2, TrainingMode.SHARED_GRADIENTS, List.of(lastIsBad, good)))
        .hasRootCauseInstanceOf(TrainingStoppedException.class);
    health.close();
    assertThat(net.getIterationCount()).isEqualTo(badRound(2) + 1);
  }

  @Test
  void shouldOnlyRecordInADryRun() {
    MultiLayerNetwork net = network("Adam", 0);
    double before = rate(net);
    TrainingHealthListener health =
        protecting(
            ProtectionSettings.builder()
                .dryRun(true)
                .policy(new AnsweringPolicy(SharedRequestsTest::lowerOnce))
                .build());
    net.setListeners(health, replicas);
    train(net, 2, batches(2, Integer.MAX_VALUE, 0).subList(0, 6));
    assertThat(listed(health, Kind.LOWER_LEARNING_RATE)).isEmpty();
    train(net, 2, batches(2, BAD_EVERY, Float.NaN));
    health.close();

    assertThat(listed(health, Kind.LOWER_LEARNING_RATE))
        .hasSize(2)
        .noneMatch(Intervention::applied);
    assertThat(rate(net)).isEqualTo(before);
  }

  /** With averaging, each worker protects itself, at once. */
  @Test
  void shouldLowerTheRatesOfOneWorkerAloneIfWeightsAreAveraged() {
    MultiLayerNetwork net = network("Adam", 0);
    double before = rate(net);
    TrainingHealthListener health = protecting(SharedRequestsTest::lowerOnce);
    net.setListeners(health, replicas);
    List<DataSet> onceBad = batches(2, Integer.MAX_VALUE, 0);
    onceBad.get(BAD_EVERY - 1).getFeatures().assign(Float.NaN);
    train(net, 2, TrainingMode.AVERAGING, List.of(onceBad));
    health.close();

    assertThat(replicas.rates.get(badRound(2))).containsExactlyInAnyOrder(before, before / 2);
    assertThat(replicas.rates.get(ROUNDS - 1)).containsExactlyInAnyOrder(before, before / 2);
    assertThat(listed(health, Kind.LOWER_LEARNING_RATE))
        .hasSize(1)
        .allMatch(i -> i.iteration() == badRound(2));
  }
}
