package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.intervene.ProtectionSettings;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.EarlyStoppingResult.TerminationReason;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.termination.InvalidScoreIterationTerminationCondition;
import org.deeplearning4j.earlystopping.termination.IterationTerminationCondition;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingTrainer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;

/** DL4J's early stopping ends with a result when the listener alone would throw. */
class EarlyStoppingTest {
  private static final int BATCHES = 8;
  private static final int EPOCHS = 4;

  private final TrainingHealthListener health =
      TrainingHealthListener.builder(new InMemoryStatsStorage())
          .protecting(ProtectionSettings.builder().policy(StoppingPolicy.afterSkips(5)).build())
          .build();
  private final MultiLayerNetwork net = LearningNetwork.MLP.create(new Adam(1e-3));

  private static List<DataSet> batches() {
    List<DataSet> batches = new ArrayList<>();
    for (int i = 0; i < BATCHES; i++) {
      batches.add(LearningNetwork.MLP.batch(i));
    }
    return batches;
  }

  private static DataSetIterator data() {
    return new ExistingDataSetIterator(batches());
  }

  /** All epochs, with broken data from one minibatch on. */
  private static DataSetIterator brokenFrom(int first) {
    return broken(first, Integer.MAX_VALUE);
  }

  /** All epochs, with broken data from one minibatch to before another. */
  private static DataSetIterator broken(int first, int end) {
    List<DataSet> batches = batches();
    return new ExistingDataSetIterator(batches) {
      private static final long serialVersionUID = 1L;
      private int given;

      @Override
      public DataSet next() {
        DataSet batch = super.next().copy();
        if (given >= first && given < end) {
          batch.getFeatures().assign(Float.NaN);
        }
        given++;
        return batch;
      }

      @Override
      public boolean asyncSupported() {
        return false;
      }
    };
  }

  private EarlyStoppingResult<MultiLayerNetwork> train(DataSetIterator data) {
    return train(data, health.terminationCondition());
  }

  private EarlyStoppingResult<MultiLayerNetwork> train(
      DataSetIterator data, IterationTerminationCondition condition) {
    EarlyStoppingConfiguration<MultiLayerNetwork> configuration =
        new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
            .modelSaver(new InMemoryModelSaver<>())
            .scoreCalculator(new DataSetLossCalculator(data(), true))
            .epochTerminationConditions(new MaxEpochsTerminationCondition(EPOCHS))
            .iterationTerminationConditions(condition)
            .build();
    net.setListeners(health);
    return new EarlyStoppingTrainer(configuration, net, data).fit();
  }

  /** Before the end of an epoch there is no model, without which DL4J fails. */
  @ParameterizedTest
  @CsvSource({"0, 8", "3, 8", "8, 12", "18, 22"})
  void shouldEndWithAModelWhereTheDataIsBroken(int brokenFrom, int lastIteration) {
    EarlyStoppingResult<MultiLayerNetwork> result = train(brokenFrom(brokenFrom));
    assertThat(result.getTerminationReason())
        .isEqualTo(TerminationReason.IterationTerminationCondition);
    assertThat(result.getTerminationDetails()).isEqualTo("HealthTerminationCondition()");
    assertThat(result.getBestModel().params().isNaN().any()).isFalse();
    assertThat(net.getIterationCount() - 1).isEqualTo(lastIteration);
    assertThat(health.interventions())
        .extracting(Intervention::kind)
        .containsOnlyOnce(Kind.STOP)
        .contains(Kind.SKIP);
  }

  @Test
  void shouldLeaveAHealthyTrainingToTheOtherConditions() {
    EarlyStoppingResult<MultiLayerNetwork> result = train(data());
    assertThat(result.getTerminationReason())
        .isEqualTo(TerminationReason.EpochTerminationCondition);
    assertThat(net.getIterationCount()).isEqualTo(EPOCHS * BATCHES);
    assertThat(health.interventions()).isEmpty();
  }

  @Test
  void shouldStartAgainAfterItHasEnded() {
    train(brokenFrom(8));
    int before = net.getIterationCount();
    EarlyStoppingResult<MultiLayerNetwork> result = train(data());
    assertThat(result.getTerminationReason())
        .isEqualTo(TerminationReason.EpochTerminationCondition);
    assertThat(net.getIterationCount()).isEqualTo(before + EPOCHS * BATCHES);
  }

  /** Alone, DL4J's condition ends such a run before there is a model, without which DL4J fails. */
  @Test
  void shouldTrainOnUnderDl4jsOwnConditionAfterABrokenFirstMinibatch() {
    EarlyStoppingResult<MultiLayerNetwork> result =
        train(broken(0, 1), new InvalidScoreIterationTerminationCondition());
    assertThat(result.getTerminationReason())
        .isEqualTo(TerminationReason.EpochTerminationCondition);
    assertThat(result.getBestModel().params().isNaN().any()).isFalse();
    assertThat(net.getIterationCount()).isEqualTo(EPOCHS * BATCHES);
    assertThat(health.interventions()).extracting(Intervention::kind).containsExactly(Kind.SKIP);
  }

  /** DL4J's condition ends for a NaN score, which a skipped step does not leave. */
  @ParameterizedTest
  @ValueSource(ints = {0, 10})
  void shouldLeaveNoTraceOfASkippedStepForDl4jsOwnCondition(int broken) {
    net.setListeners(health);
    for (int i = 0; i < 20; i++) {
      DataSet batch = LearningNetwork.MLP.batch(i);
      double before = net.score();
      if (i == broken) {
        batch.getFeatures().assign(Float.NaN);
      }
      net.fit(batch);
      boolean ends = new InvalidScoreIterationTerminationCondition().terminate(net.score());
      assertThat(ends).as("iteration %s, score %s", i, net.score()).isFalse();
      if (i == broken) {
        assertThat(net.score()).isEqualTo(before);
      }
    }
  }
}
