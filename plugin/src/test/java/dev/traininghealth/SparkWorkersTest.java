package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.record.DiagnosisRecord;
import dev.traininghealth.record.HealthRecord;
import dev.traininghealth.record.InterventionRecord;
import dev.traininghealth.record.SegmentRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

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

  private List<Persistable> records(TrainingHealthListener health, int worker) {
    return storage.getAllUpdatesAfter(
        health.getSessionID(),
        HealthRecord.TYPE_ID,
        SparkRounds.worker(worker),
        Long.MIN_VALUE);
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
}
