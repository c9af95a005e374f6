package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Check;
import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.record.DiagnosisRecord;
import dev.traininghealth.record.HealthRecord;
import dev.traininghealth.record.InterventionRecord;
import dev.traininghealth.record.SegmentRecord;
import dev.traininghealth.run.TrainingRun;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

/** What Spark's workers find reaches the driver. */
class SparkWorkersTest {
  private static final int FREQUENCY = 5;
  private static final int ROUNDS = 12;
  private static final int ITERATIONS = ROUNDS * FREQUENCY;

  /** An iteration in the middle of a round, and one right before the end of another. */
  private static final List<Integer> BAD = List.of(17, 44);

  private final MultiLayerNetwork net = LearningNetwork.MLP.create(new Adam(5e-3));
  private final InMemoryStatsStorage storage = new InMemoryStatsStorage();

  private static DataSet healthy(int worker, int iteration) {
    return LearningNetwork.MLP.batch(2 * iteration + worker);
  }

  /** NaN features in two minibatches of the second worker. */
  private static DataSet poisoned(int worker, int iteration) {
    DataSet batch = healthy(worker, iteration);
    if (worker == 1 && BAD.contains(iteration)) {
      batch.getFeatures().putScalar(3, 0, Float.NaN);
    }
    return batch;
  }

  private TrainingHealthListener listener() {
    return TrainingHealthListener.builder(storage)
        .sessionId(UUID.randomUUID().toString())
        .protecting()
        .build();
  }

  /** Fits as on Spark, with the listener's router at the driver. */
  private void fit(TrainingHealthListener health, int rounds, SparkRounds.Batches batches) {
    new SparkRounds(net, health, health.sparkRouter(), FREQUENCY).fit(rounds, batches);
  }

  private List<Persistable> records(TrainingHealthListener health, int worker) {
    return storage.getAllUpdatesAfter(
        health.getSessionID(), HealthRecord.TYPE_ID, SparkRounds.worker(worker), Long.MIN_VALUE);
  }

  private List<Long> recordedIterations(TrainingHealthListener health, int worker)
      throws Exception {
    List<Long> iterations = new ArrayList<>();
    for (Persistable record : records(health, worker)) {
      if (record instanceof SegmentRecord segment && !segment.isMerged()) {
        for (int bucket = 0; bucket < segment.segment().buckets(); bucket++) {
          iterations.add(segment.segment().firstIteration(bucket));
        }
      }
    }
    return iterations.stream().sorted().toList();
  }

  @Test
  void shouldHavePutEachIterationWhenTheRouterIsCollected() throws Exception {
    TrainingHealthListener health = listener();
    new SparkRounds(net, health, storage, FREQUENCY).fit(ROUNDS, SparkWorkersTest::poisoned);

    for (int worker = 0; worker < SparkRounds.WORKERS; worker++) {
      assertThat(recordedIterations(health, worker))
          .hasSize(ITERATIONS)
          .doesNotHaveDuplicates()
          .startsWith(0L)
          .endsWith(ITERATIONS - 1L);
    }
    assertThat(records(health, 0)).noneMatch(record -> record instanceof DiagnosisRecord);
    assertThat(records(health, 1))
        .filteredOn(record -> record instanceof InterventionRecord)
        .extracting(record -> ((InterventionRecord) record).intervention())
        .hasSize(BAD.size())
        .allMatch(skip -> skip.kind().equals("SKIP") && skip.applied())
        .extracting(skip -> skip.iteration())
        .containsExactlyInAnyOrder(17L, 44L);
    assertThat(records(health, 1)).anyMatch(record -> record instanceof DiagnosisRecord);
    assertThat(net.params().isNaN().any()).isFalse();
  }

  @Test
  void shouldGatherInTheDriverWhatWorkersFind() {
    List<Diagnosis> told = new CopyOnWriteArrayList<>();
    List<Intervention> done = new CopyOnWriteArrayList<>();
    TrainingHealthListener health =
        TrainingHealthListener.builder(storage)
            .sessionId(UUID.randomUUID().toString())
            .protecting()
            .onDiagnosis(told::add)
            .onIntervention(done::add)
            .build();
    try (CapturedLog log = new CapturedLog("dev.traininghealth.run.RunLog")) {
      fit(health, ROUNDS, SparkWorkersTest::poisoned);
      assertThat(log.warnings()).anyMatch(line -> line.startsWith("Worker executor_1: Iteration"));
    }
    health.flush();

    assertThat(health.diagnoses())
        .hasSize(BAD.size())
        .allMatch(d -> d.problem().equals(Problem.NON_FINITE) && d.isResolved())
        .allMatch(d -> d.origin() != null && d.origin().isBadData())
        .allMatch(d -> d.sentence().contains("features") && !d.remedies().isEmpty());
    assertThat(health.interventions())
        .hasSize(BAD.size())
        .allMatch(i -> i.kind() == Kind.SKIP && i.applied());
    assertThat(health.summary().iterations()).isEqualTo(ITERATIONS * SparkRounds.WORKERS);
    assertThat(health.summary().alarms()).isEqualTo(Map.of("non_finite", 2L));
    assertThat(health.summary().interventions()).isEqualTo(Map.of(Kind.SKIP, 2L));
    assertThat(health.summary().checks())
        .filteredOn(check -> check.detector().equals("non-finite"))
        .singleElement()
        .satisfies(
            check -> {
              assertThat(check.state()).isEqualTo(Check.State.CHECKED);
              assertThat(check.last()).isBetween(ITERATIONS * 3L / 4, ITERATIONS - 1L);
            });
    assertThat(health.summary().toString()).contains("overfitting (there is no validation score)");
    assertThat(health.runs()).hasSize(2).allMatch(run -> !run.ended());
    assertThat(health.runs())
        .filteredOn(run -> run.summary().alarms().containsKey("non_finite"))
        .extracting(TrainingRun::workerId)
        .containsExactly("executor_1");
    assertThat(told).extracting(Diagnosis::problem).contains(Problem.NON_FINITE);
    assertThat(done).hasSize(BAD.size());
    health.close();
    assertThat(health.runs()).hasSize(2).allMatch(TrainingRun::ended);
    assertThat(health.diagnoses()).hasSize(BAD.size());
  }

  @Test
  void shouldPassEachRecordOnOnce() {
    TrainingHealthListener health = listener();
    StatsStorageRouter router = health.sparkRouter();
    fit(health, 2, SparkWorkersTest::healthy);

    assertThat(health.sparkRouter()).isSameAs(router).isInstanceOf(Serializable.class);
    assertThat(health.getStorageRouter()).isSameAs(router);
    assertThat(SparkRounds.copy(health).getStorageRouter()).as("at a worker").isNull();
    assertThat(storage.listWorkerIDsForSessionAndType(health.getSessionID(), HealthRecord.TYPE_ID))
        .containsExactlyInAnyOrder(SparkRounds.worker(0), SparkRounds.worker(1));
    health.close();
  }

  @Test
  void shouldGatherWithoutAStorage() {
    TrainingHealthListener health =
        TrainingHealthListener.builder(null).sessionId(UUID.randomUUID().toString()).build();
    fit(health, 2, SparkWorkersTest::healthy);
    assertThat(health.summary().iterations()).isEqualTo(2 * FREQUENCY * SparkRounds.WORKERS);
    health.close();
  }

  /** What the history of any worker has seen in a test. */
  private static final class SeenHistory implements Detector {
    static final AtomicLong iterations = new AtomicLong();
    static final AtomicLong compared = new AtomicLong();
    static final AtomicLong frozen = new AtomicLong();

    @Override
    public String name() {
      return "seen-history";
    }

    @Override
    public void onUpdate(History history, FindingReporter findings) {
      iterations.accumulateAndGet(history.iterationsSeen(), Math::max);
      compared.accumulateAndGet(history.current().comparisonIteration(), Math::max);
      frozen.accumulateAndGet(history.current().baselineIteration(), Math::max);
    }
  }

  @Test
  void shouldKeepAWorkersStatisticsFromRoundToRound() {
    TrainingHealthListener health =
        TrainingHealthListener.builder(storage)
            .sessionId(UUID.randomUUID().toString())
            .detector(SeenHistory::new)
            .build();
    fit(health, ROUNDS, SparkWorkersTest::healthy);

    assertThat(SeenHistory.iterations).hasValue(ITERATIONS - 1);
    assertThat(SeenHistory.compared.get()).as("with the frozen baseline").isGreaterThan(FREQUENCY);
    assertThat(SeenHistory.frozen.get()).as("which is of the first round").isLessThan(FREQUENCY);
    health.close();
  }

  @Test
  void shouldFindWhatTakesMoreThanOneRound() {
    MultiLayerNetwork still = LearningNetwork.MLP.create(new Sgd(0));
    TrainingHealthListener health = listener();
    new SparkRounds(still, health, health.sparkRouter(), FREQUENCY)
        .fit(2 * ROUNDS, SparkWorkersTest::healthy);

    assertThat(health.diagnoses())
        .extracting(Diagnosis::problem)
        .filteredOn(Problem.NOT_LEARNING::equals)
        .as("one for each worker, not for each round")
        .hasSize(SparkRounds.WORKERS);
    assertThat(health.summary().alarms()).containsEntry("not_learning", 2L);
    health.close();
  }

  /** Averages the workers of very different data, so that each round begins with a jump. */
  @Test
  void shouldNotTakeAveragingForAProblem() {
    TrainingHealthListener health = listener();
    fit(
        health,
        3 * ROUNDS,
        (worker, iteration) -> {
          DataSet batch = healthy(worker, iteration);
          batch.getFeatures().muli(worker == 0 ? 0.2 : 2);
          return batch;
        });
    assertThat(health.diagnoses()).filteredOn(Diagnosis::isAlarm).isEmpty();
    assertThat(health.interventions()).isEmpty();
    health.close();
  }

  @Test
  void shouldLogOncePerRun() {
    TrainingHealthListener health = listener();
    try (CapturedLog log = new CapturedLog("dev.traininghealth")) {
      fit(health, ROUNDS, SparkWorkersTest::healthy);
      assertThat(log.infos()).as("of snapshots and of trials").hasSize(2 * SparkRounds.WORKERS);
      health.close();
      assertThat(log.infos())
          .hasSize(2 * SparkRounds.WORKERS + 1)
          .last()
          .asString()
          .startsWith("2 Spark workers: 120 iterations");
      assertThat(log.warnings()).isEmpty();
    }
  }

  /**
   * As in cross-validation: another network with the same listener, whose iterations begin anew.
   */
  @Test
  void shouldBeginAnewWithAnotherNetwork() {
    TrainingHealthListener health =
        TrainingHealthListener.builder(storage)
            .sessionId(UUID.randomUUID().toString())
            .detector(SeenHistory::new)
            .build();
    SeenHistory.iterations.set(0);
    fit(health, 2, SparkWorkersTest::healthy);
    new SparkRounds(
            LearningNetwork.MLP.create(new Adam(5e-3)), health, health.sparkRouter(), FREQUENCY)
        .fit(2, SparkWorkersTest::healthy);
    assertThat(SeenHistory.iterations).hasValue(2 * FREQUENCY - 1);
    assertThat(health.summary().iterations()).isEqualTo(4L * FREQUENCY * SparkRounds.WORKERS);
    health.close();
  }
}
