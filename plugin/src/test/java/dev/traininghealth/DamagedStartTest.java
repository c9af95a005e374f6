package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.run.ProtectedRunLog;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** A network that holds NaN before its first step is no state to roll back to. */
class DamagedStartTest {
  private final MultiLayerNetwork net = Networks.MLP.create(new Adam(1e-3), DataType.FLOAT);
  private final List<DataSet> data = Networks.MLP.data(DataType.FLOAT);

  private void train(int iterations) {
    for (int i = 0; i < iterations; i++) {
      net.fit(data.get(i % data.size()));
    }
  }

  @Test
  void shouldNameWhatIsNotFiniteAndOnlyObserve() {
    try (CapturedLog log = ProtectedRunLog.captured();
        TrainingHealthListener health =
            TrainingHealthListener.protecting(new InMemoryStatsStorage())) {
      net.getParam("1_b").assign(Double.NaN);
      net.setListeners(health);
      train(120);
      assertThat(health.interventions()).isEmpty();
      assertThat(health.diagnoses()).extracting(Diagnosis::problem).contains(Problem.NON_FINITE);
      assertThat(log.warnings())
          .singleElement()
          .asString()
          .startsWith(
              "The run is observed, not protected: 1_b holds NaN or Infinity before its first"
                  + " step");
    }
  }

  @Test
  void shouldNameTheUpdaterState() {
    try (CapturedLog log = ProtectedRunLog.captured();
        TrainingHealthListener health =
            TrainingHealthListener.protecting(new InMemoryStatsStorage())) {
      net.getUpdater().getStateViewArray().putScalar(3, Double.POSITIVE_INFINITY);
      net.setListeners(health);
      train(3);
      assertThat(health.interventions()).isEmpty();
      assertThat(log.warnings()).singleElement().asString().contains("updater state holds");
    }
  }

  @Test
  void shouldProtectOnceTheWeightsAreReplaced() {
    try (TrainingHealthListener health =
        TrainingHealthListener.protecting(new InMemoryStatsStorage())) {
      INDArray good = net.params().dup();
      net.params().assign(Double.NaN);
      net.setListeners(health);
      train(3);
      net.setParams(good);
      net.getUpdater().getStateViewArray().assign(0);
      train(3);
      DataSet bad = data.get(0).copy();
      bad.getFeatures().assign(Float.NaN);
      net.fit(bad);
      assertThat(health.interventions()).hasSize(1);
      assertThat(net.params().sumNumber().doubleValue()).isFinite();
    }
  }
}
