package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.intervene.ProtectionSettings;
import dev.traininghealth.intervene.TrainingStoppedException;
import dev.traininghealth.run.TrainingRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.EarlyStoppingResult.TerminationReason;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.parallelism.EarlyStoppingParallelTrainer;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.deeplearning4j.parallelism.ParallelWrapper.TrainingMode;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** The listener that the user holds knows what its clones for workers find. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WorkersTest {
  private static final int ROUNDS = 8;
  private static final int WORKERS = 2;

  private final MultiLayerNetwork net = LearningNetwork.MLP.create(new Adam(1e-3));

  private static TrainingHealthListener stopping() {
    return TrainingHealthListener.builder(new InMemoryStatsStorage())
        .protecting(ProtectionSettings.builder().policy(StoppingPolicy.afterSkips(3)).build())
        .build();
  }

  /** Data of one epoch, NaN from one minibatch on. */
  private static ExistingDataSetIterator data(int badFrom) {
    List<DataSet> batches = new ArrayList<>();
    for (int i = 0; i < ROUNDS * WORKERS; i++) {
      DataSet batch = LearningNetwork.MLP.batch(i);
      if (i >= badFrom) {
        batch.getFeatures().assign(Float.NaN);
      }
      batches.add(batch);
    }
    return new ExistingDataSetIterator(batches);
  }

  private ParallelWrapper wrapper(TrainingMode mode) {
    return new ParallelWrapper.Builder<>(net)
        .workers(WORKERS)
        .prefetchBuffer(0)
        .trainingMode(mode)
        .build();
  }

  private void fitOnce() {
    ParallelWrapper wrapper = wrapper(TrainingMode.AVERAGING);
    wrapper.fit(data(Integer.MAX_VALUE));
    wrapper.shutdown();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "CUSTOM")
  void shouldGatherWhatEachWorkerFinds(TrainingMode mode) {
    TrainingHealthListener health = TrainingHealthListener.observing(new InMemoryStatsStorage());
    net.setListeners(health);
    ParallelWrapper wrapper = wrapper(mode);
    wrapper.fit(data(ROUNDS));
    wrapper.shutdown();

    assertThat(health.diagnoses()).extracting(Diagnosis::problem).contains(Problem.NON_FINITE);
    assertThat(health.summary().iterations()).isEqualTo(ROUNDS * WORKERS);
    assertThat(health.summary().alarms()).containsKey("non_finite");
    assertThat(health.runs())
        .hasSize(WORKERS)
        .allMatch(run -> run.sessionId().equals(health.getSessionID()))
        .allMatch(run -> run.summary().iterations() == ROUNDS)
        .allMatch(run -> run.summary().alarms().containsKey("non_finite"))
        .extracting(TrainingRun::workerId)
        .doesNotHaveDuplicates();
    health.close();
    assertThat(health.runs()).hasSize(WORKERS).allMatch(TrainingRun::ended);
    assertThat(health.diagnoses()).extracting(Diagnosis::problem).contains(Problem.NON_FINITE);
  }

  /** Counts the iterations that the history of a worker has seen. */
  private record IterationCounter(AtomicLong max) implements Detector {
    @Override
    public String name() {
      return "iteration-counter";
    }

    @Override
    public void onUpdate(History history, FindingReporter findings) {
      max.accumulateAndGet(history.iterationsSeen(), Math::max);
    }
  }

  @Test
  void shouldContinueTheRunOfAWorkerAtTheNextFit() {
    AtomicLong max = new AtomicLong();
    TrainingHealthListener health =
        TrainingHealthListener.builder(new InMemoryStatsStorage())
            .detector(() -> new IterationCounter(max))
            .build();
    net.setListeners(health);
    ParallelWrapper wrapper = wrapper(TrainingMode.AVERAGING);
    for (int epoch = 0; epoch < 3; epoch++) {
      wrapper.fit(data(Integer.MAX_VALUE));
    }
    wrapper.shutdown();

    assertThat(max.get()).as("all before the last").isEqualTo(3 * ROUNDS - 1);
    assertThat(health.summary().iterations()).isEqualTo(3 * ROUNDS * WORKERS);
    assertThat(health.runs())
        .hasSize(WORKERS)
        .allMatch(run -> run.summary().iterations() == 3 * ROUNDS);
    health.close();
  }

  @Test
  void shouldSaveAndRestoreWhatWorkersHaveLearned(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("model.health");
    TrainingHealthListener first = TrainingHealthListener.observing(new InMemoryStatsStorage());
    net.setListeners(first);
    fitOnce();
    first.save(file);
    assertThatThrownBy(() -> first.restore(file)).hasMessageContaining("after close()");
    first.close();

    AtomicLong max = new AtomicLong();
    TrainingHealthListener second =
        TrainingHealthListener.builder(new InMemoryStatsStorage())
            .detector(() -> new IterationCounter(max))
            .build();
    second.restore(file);
    net.setListeners(second);
    fitOnce();
    second.close();
    assertThat(max.get()).isEqualTo(2 * ROUNDS - 1);
  }

  /** A wrapper for each epoch has workers with other ids. The first trains the network itself. */
  @Test
  void shouldEndTheRunsOfWorkersThatAreGone() {
    TrainingHealthListener health = TrainingHealthListener.observing(new InMemoryStatsStorage());
    for (int epoch = 0; epoch < 3; epoch++) {
      net.setListeners(health);
      fitOnce();
    }
    assertThat(health.runs()).hasSize(3 * WORKERS).filteredOn(run -> !run.ended()).hasSize(WORKERS);
    assertThat(health.summary().iterations()).isEqualTo(3 * ROUNDS * WORKERS);
    health.close();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "CUSTOM")
  void shouldThrowTheStopAsTheCause(TrainingMode mode) {
    TrainingHealthListener health = stopping();
    net.setListeners(health);
    ParallelWrapper wrapper = wrapper(mode);
    assertThatThrownBy(() -> wrapper.fit(data(4)))
        .hasRootCauseInstanceOf(TrainingStoppedException.class);
    wrapper.shutdown();
    assertThat(health.interventions())
        .extracting(Intervention::kind)
        .contains(Kind.SKIP, Kind.STOP);
    assertThat(health.summary().interventions()).containsKey(Kind.STOP);
    health.close();
  }

  private EarlyStoppingResult<MultiLayerNetwork> stopEarly(
      TrainingHealthListener health, int badFrom) {
    EarlyStoppingConfiguration<MultiLayerNetwork> configuration =
        new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
            .modelSaver(new InMemoryModelSaver<>())
            .scoreCalculator(new DataSetLossCalculator(data(Integer.MAX_VALUE), true))
            .epochTerminationConditions(new MaxEpochsTerminationCondition(4))
            .iterationTerminationConditions(health.terminationCondition())
            .build();
    net.setListeners(health);
    return new EarlyStoppingParallelTrainer<>(
            configuration, net, data(badFrom), null, WORKERS, 0, 1)
        .fit();
  }

  @Test
  void shouldEndParallelEarlyStoppingWithAModel() {
    TrainingHealthListener health = stopping();
    EarlyStoppingResult<MultiLayerNetwork> result = stopEarly(health, 4);
    assertThat(result.getTerminationReason())
        .isEqualTo(TerminationReason.IterationTerminationCondition);
    assertThat(result.getTerminationDetails()).isEqualTo("HealthTerminationCondition()");
    assertThat(result.getBestModel().params().isNaN().any()).isFalse();
    assertThat(net.getIterationCount()).as("early in the second epoch").isLessThan(2 * ROUNDS);
    assertThat(health.interventions()).extracting(Intervention::kind).contains(Kind.STOP);
    health.close();
  }

  @Test
  void shouldLeaveAHealthyParallelTrainingToTheOtherConditions() {
    TrainingHealthListener health = stopping();
    EarlyStoppingResult<MultiLayerNetwork> result = stopEarly(health, Integer.MAX_VALUE);
    assertThat(result.getTerminationReason())
        .isEqualTo(TerminationReason.EpochTerminationCondition);
    assertThat(health.interventions()).isEmpty();
    assertThat(health.summary().interventions()).isEqualTo(Map.of());
    health.close();
  }
}
