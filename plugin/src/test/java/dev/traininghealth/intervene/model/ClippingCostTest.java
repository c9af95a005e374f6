package dev.traininghealth.intervene.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.traininghealth.Networks;
import dev.traininghealth.intervene.clip.GradientClipping;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.profiler.OpProfiler;
import org.nd4j.linalg.profiler.ProfilerConfig;

/** The cost of an iteration without clipping. */
class ClippingCostTest {
  private static final int ITERATIONS = 2_000;

  static Stream<GradientClipping> rulesThatOnlyReadNorms() {
    return Stream.of(
        GradientClipping.onAlarm(),
        GradientClipping.autoClip(99.9),
        GradientClipping.globalNorm(1e9),
        GradientClipping.layerNorm(1e9),
        GradientClipping.value(1e9));
  }

  @ParameterizedTest
  @MethodSource("rulesThatOnlyReadNorms")
  void shouldAllocateNothingAndRunNoOperation(GradientClipping rule) {
    ClippingListener listener = new ClippingListener(false, g -> {});
    MultiLayerNetwork net = Networks.LENET.create(new Sgd(0.01), DataType.FLOAT);
    net.setListeners(listener);
    net.fit(Networks.LENET.data(DataType.FLOAT).get(0));
    EditedGradient gradient = listener.gradient();
    double[] usual = new double[gradient.layout().layers().size()];
    Arrays.fill(usual, 1e9);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Runnable iterations =
        () -> {
          for (int i = 0; i < ITERATIONS; i++) {
            gradient.begin(listener.measurement(), usual, 1e9, true);
            rule.clip(gradient);
          }
        };
    for (int i = 0; i < 10; i++) {
      iterations.run(); // loads classes and compiles code
    }
    OpProfiler profiler = OpProfiler.getInstance();
    ProfilerConfig config = profiler.getConfig();
    long smallest = Long.MAX_VALUE;
    long operations;
    try {
      profiler.reset();
      Nd4j.getExecutioner()
          .setProfilingConfig(ProfilerConfig.builder().checkElapsedTime(true).build());
      for (int attempt = 0; attempt < 5; attempt++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        iterations.run();
        smallest = Math.min(smallest, threads.getCurrentThreadAllocatedBytes() - before);
      }
      operations = profiler.getInvocationsCount();
      gradient.scaleAll(0.5);
      assertThat(profiler.getInvocationsCount()).as("the profiler counts").isPositive();
    } finally {
      Nd4j.getExecutioner().setProfilingConfig(config);
    }

    assertThat(operations).isZero();
    assertThat(smallest).isLessThan(1_000);
  }
}
