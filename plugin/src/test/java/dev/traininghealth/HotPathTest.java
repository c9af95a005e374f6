package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.profiler.OpProfiler;
import org.nd4j.linalg.profiler.ProfilerConfig;

/** The callbacks of the median iteration allocate nothing and launch no ND4J operation. */
class HotPathTest {
  private static final int WARM_UP = 300;
  private static final int ITERATIONS = 201;

  private enum Mode {
    OBSERVING,
    PROTECTING;

    TrainingHealthListener listener() {
      InMemoryStatsStorage storage = new InMemoryStatsStorage();
      return this == OBSERVING
          ? TrainingHealthListener.observing(storage)
          : TrainingHealthListener.protecting(storage);
    }
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void shouldAllocateNothing(Mode mode) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    assertThat(median(mode, threads::getCurrentThreadAllocatedBytes)).isZero();
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void shouldLaunchNoOperation(Mode mode) {
    OpProfiler profiler = OpProfiler.getInstance();
    ProfilerConfig config = profiler.getConfig();
    profiler.reset();
    Nd4j.getExecutioner()
        .setProfilingConfig(ProfilerConfig.builder().checkElapsedTime(true).build());
    try {
      assertThat(median(mode, profiler::getInvocationsCount)).isZero();
      assertThat(profiler.getInvocationsCount()).as("the profiler counts").isPositive();
    } finally {
      Nd4j.getExecutioner().setProfilingConfig(config);
    }
  }

  /** The median growth of a count within the callbacks of an iteration. */
  private static long median(Mode mode, LongSupplier count) {
    MultiLayerNetwork net = Networks.MLP.create(new Adam(1e-3), DataType.FLOAT);
    List<DataSet> data = Networks.MLP.data(DataType.FLOAT);
    try (TrainingHealthListener listener = mode.listener()) {
      Gauge gauge = new Gauge(listener, count);
      net.setListeners(gauge);
      for (int i = 0; i < WARM_UP + ITERATIONS; i++) {
        net.fit(data.get(i % data.size()));
      }
      assertThat(listener.diagnoses()).as("a healthy run").isEmpty();
      long[] growth = Arrays.copyOfRange(gauge.growth, WARM_UP, WARM_UP + ITERATIONS);
      Arrays.sort(growth);
      return growth[ITERATIONS / 2];
    }
  }

  /** Passes the callbacks on, and sums up the growth of a count within each iteration's. */
  private static final class Gauge extends BaseTrainingListener {
    private final TrainingHealthListener listener;
    private final LongSupplier count;
    private final long[] growth = new long[WARM_UP + ITERATIONS];
    private int iteration;

    Gauge(TrainingHealthListener listener, LongSupplier count) {
      this.listener = listener;
      this.count = count;
    }

    @Override
    public void onForwardPass(Model model, List<INDArray> activations) {
      long before = count.getAsLong();
      listener.onForwardPass(model, activations);
      growth[iteration] += count.getAsLong() - before;
    }

    @Override
    public void onBackwardPass(Model model) {
      long before = count.getAsLong();
      listener.onBackwardPass(model);
      growth[iteration] += count.getAsLong() - before;
    }

    @Override
    public void onGradientCalculation(Model model) {
      long before = count.getAsLong();
      listener.onGradientCalculation(model);
      growth[iteration] += count.getAsLong() - before;
    }

    @Override
    public void iterationDone(Model model, int doneIteration, int epoch) {
      long before = count.getAsLong();
      listener.iterationDone(model, doneIteration, epoch);
      growth[iteration] += count.getAsLong() - before;
      iteration++;
    }
  }
}
