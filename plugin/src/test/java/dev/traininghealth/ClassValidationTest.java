package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.read.RecordedRun;
import dev.traininghealth.record.RunRecord.ClassScore;
import dev.traininghealth.record.RunRecord.ClassScores;
import dev.traininghealth.record.RunRecord.EpochScores;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Sgd;

/** Validation by class, from the listener to the report. */
class ClassValidationTest {
  private static final int EPOCHS = 12;

  private final StatsStorage storage = new InMemoryStatsStorage();

  private static DataSetIterator batches(int from, int to) {
    List<DataSet> examples =
        IntStream.range(from, to)
            .mapToObj(LearningNetwork.MLP::batch)
            .flatMap(batch -> batch.asList().stream())
            .toList();
    return new ListDataSetIterator<>(examples, LearningNetwork.EXAMPLES);
  }

  private ClassScores train(double rate) {
    MultiLayerNetwork net = LearningNetwork.MLP.create(new Sgd(rate));
    try (TrainingHealthListener listener =
        TrainingHealthListener.builder(storage)
            .sessionId("s")
            .workerId("w")
            .validationData(batches(100, 103))
            .build()) {
      net.setListeners(listener);
      net.fit(batches(0, 6), EPOCHS);
    }
    return new RecordedRun(storage, "s", "w").read().classScores();
  }

  @Test
  void shouldRecordHowEachClassIsLearned() throws Exception {
    ClassScores scores = train(0.2);

    assertThat(scores.names()).containsExactly("0", "1", "2");
    assertThat(scores.epochs()).hasSize(EPOCHS);
    EpochScores last = scores.epochs().get(EPOCHS - 1);
    assertThat(last.iteration()).isEqualTo(6 * EPOCHS - 1);
    assertThat(last.classes()).allSatisfy(c -> assertThat(c.f1()).isGreaterThan(0.8));
    assertThat(last.classes().stream().mapToLong(ClassScore::examples).sum())
        .isEqualTo(3 * LearningNetwork.EXAMPLES);
    assertThat(HealthReport.text(storage, "s"))
        .contains("Validation by class, after epoch " + last.epoch());
  }

  @Test
  void shouldRecordNothingOfANetworkThatIsNaN() {
    assertThat(train(Double.NaN).epochs()).isEmpty();
  }
}
