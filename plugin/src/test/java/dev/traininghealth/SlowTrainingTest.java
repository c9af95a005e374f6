package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.guard.RunClock;
import dev.traininghealth.report.SessionReport;
import java.io.Serial;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;

/** Iterations of a real network that become slower are reported with the part that does. */
final class SlowTrainingTest {
  private static final int ITERATIONS = 1_320;
  private static final int SLOW_FROM = 800;

  /** A clock by which iterations take a quarter of a second, and more from some iteration on. */
  private static final class Slowing extends BaseTrainingListener implements RunClock {
    @Serial private static final long serialVersionUID = 1L;

    private static final long HALF_MILLIS = 125;
    private final long extraMillis;
    private final boolean isOfData;
    private long nanos = 1;

    Slowing(long extraMillis, boolean isOfData) {
      this.extraMillis = extraMillis;
      this.isOfData = isOfData;
    }

    @Override
    public synchronized long nanoTime() {
      nanos += 100;
      return nanos;
    }

    @Override
    public long charged(long threadNanos) {
      return 0;
    }

    /** Called before the backward pass. */
    @Override
    public void onForwardPass(Model model, List<INDArray> activations) {
      pass(HALF_MILLIS);
    }

    /** Called after the plugin's listener, so that it is the next iteration that takes longer. */
    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      long extra = iteration < SLOW_FROM ? 0 : extraMillis;
      pass(HALF_MILLIS + extra);
      if (isOfData) {
        ((MultiLayerNetwork) model).setLastEtlTime(extra);
      }
    }

    private synchronized void pass(long millis) {
      nanos += millis * 1_000_000;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400, true, 'Waiting for data takes 400 ms of it; before, it took 0 ms.'",
    "400, false, 'other listeners, or your own code'",
    "100, false, ''",
  })
  void shouldReportWhatTakesLonger(long extraMillis, boolean isOfData, String words)
      throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    Slowing clock = new Slowing(extraMillis, isOfData);
    TrainingHealthListener listener = TrainingHealthListener.builder(storage).clock(clock).build();
    MultiLayerNetwork net = LearningNetwork.MLP.create(new Adam(1e-4));
    net.setListeners(listener, clock);
    for (int i = 0; i < ITERATIONS; i++) {
      net.fit(LearningNetwork.MLP.batch(i % 20));
    }
    listener.close();

    String report = SessionReport.read(storage, null).text();
    assertThat(report).contains("slow-iterations");
    if (words.isEmpty()) {
      assertThat(report).doesNotContain("slow_iterations", "as long as in the first quarter");
    } else {
      assertThat(report).contains("as long as in the first quarter of the run", words);
    }
  }
}
