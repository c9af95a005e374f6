package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.run.ProtectedRunLog;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** Of two listeners on one network, one protects; and what the user does is not undone. */
class TwoProtectingListenersTest {
  private final MultiLayerNetwork net = Networks.MLP.create(new Adam(1e-3), DataType.FLOAT);
  private final List<DataSet> data = Networks.MLP.data(DataType.FLOAT);
  private final TrainingHealthListener first =
      TrainingHealthListener.protecting(new InMemoryStatsStorage());
  private final TrainingHealthListener second =
      TrainingHealthListener.protecting(new InMemoryStatsStorage());

  private void train(int iterations) {
    for (int i = 0; i < iterations; i++) {
      net.fit(data.get(i % data.size()));
    }
  }

  private void trainOnNaN() {
    DataSet bad = data.get(0).copy();
    bad.getFeatures().assign(Float.NaN);
    net.fit(bad);
  }

  @Test
  void shouldLetOnlyTheFirstProtect() {
    try (CapturedLog log = ProtectedRunLog.captured()) {
      net.setListeners(first, second);
      train(3);
      trainOnNaN();
      train(2);
      assertThat(first.interventions()).extracting(Intervention::kind).containsExactly(Kind.SKIP);
      assertThat(second.interventions()).isEmpty();
      assertThat(log.warnings())
          .singleElement()
          .asString()
          .startsWith("The run is observed, not protected: another listener protects");
    }
  }

  @Test
  void shouldProtectWithAListenerThatReplacesAnother() {
    try (CapturedLog log = ProtectedRunLog.captured()) {
      net.setListeners(first);
      train(3);
      net.setListeners(second);
      train(1);
      trainOnNaN();
      assertThat(first.interventions()).isEmpty();
      assertThat(second.interventions()).extracting(Intervention::kind).containsExactly(Kind.SKIP);
      assertThat(log.warnings()).isEmpty();
    }
  }

  @Test
  void shouldLetTheEarlierOneObserveIfALaterOneIsCalledFirst() {
    try (CapturedLog log = ProtectedRunLog.captured()) {
      net.setListeners(first);
      train(3);
      net.setListeners(second, first);
      train(1);
      trainOnNaN();
      assertThat(first.interventions()).isEmpty();
      assertThat(second.interventions()).extracting(Intervention::kind).containsExactly(Kind.SKIP);
      assertThat(log.warnings()).hasSize(1);
    }
  }

  /** Snapshots from before the user's setParams are not used. */
  @Test
  void shouldNotUndoSetParams() {
    net.setListeners(first);
    train(200);
    INDArray own = net.params().mul(0.5);
    net.setParams(own);
    train(3);
    long replaced = net.getIterationCount() - 3L;
    net.params().assign(Double.NaN);
    train(1);
    assertThat(first.interventions())
        .filteredOn(i -> i.kind() == Kind.ROLLBACK)
        .isNotEmpty()
        .allSatisfy(i -> assertThat(i.snapshotIteration()).isGreaterThanOrEqualTo(replaced - 1));
    assertThat(net.params().distance2(own)).isLessThan(1);
  }
}
