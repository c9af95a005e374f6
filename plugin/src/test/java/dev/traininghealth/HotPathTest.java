package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.profiler.OpProfiler;
import org.nd4j.linalg.profiler.ProfilerConfig;

/** The callbacks of the median iteration allocate nothing and launch no ND4J operation. */
class HotPathTest {
  private static final int WARM_UP = 300;
  private static final int ITERATIONS = 201;
  private static final int WORDS = 8192;

  private enum Mode {
    OBSERVING {
      @Override
      TrainingHealthListener listener(Trained trained) {
        return TrainingHealthListener.observing(new InMemoryStatsStorage());
      }
    },
    PROTECTING {
      @Override
      TrainingHealthListener listener(Trained trained) {
        return TrainingHealthListener.protecting(new InMemoryStatsStorage());
      }
    },
    /** Compared with a recording of the same training, again and again. */
    COMPARING {
      @Override
      TrainingHealthListener listener(Trained trained) {
        InMemoryStatsStorage storage = new InMemoryStatsStorage();
        Model model = trained.create();
        try (TrainingHealthListener recording =
            TrainingHealthListener.builder(storage).sessionId("good").build()) {
          model.setListeners(recording);
          train(model, trained.data());
        }
        return TrainingHealthListener.builder(new InMemoryStatsStorage())
            .baseline(storage, "good")
            .flushInterval(Duration.ofMillis(10))
            .build();
      }
    };

    abstract TrainingHealthListener listener(Trained trained);
  }

  private enum Trained {
    /** Its minibatches have unequal sizes. */
    PERCEPTRON {
      @Override
      Model create() {
        return Networks.MLP.create(new Adam(1e-3), DataType.FLOAT);
      }

      @Override
      List<DataSet> data() {
        return Networks.MLP.data(DataType.FLOAT);
      }
    },
    CONVOLUTIONAL {
      @Override
      Model create() {
        return Networks.LENET.create(new Adam(1e-3), DataType.FLOAT);
      }

      @Override
      List<DataSet> data() {
        return List.of(Networks.LENET.data(DataType.FLOAT).get(0));
      }
    },
    GRAPH {
      @Override
      Model create() {
        return HotPathTest.residualGraph();
      }

      @Override
      List<DataSet> data() {
        return CONVOLUTIONAL.data();
      }
    },
    EMBEDDING {
      @Override
      Model create() {
        return HotPathTest.embedding();
      }

      @Override
      List<DataSet> data() {
        INDArray words = Nd4j.createFromArray(3f, 70f, 70f, WORDS - 1f).reshape(4, 1);
        INDArray labels = Nd4j.eye(3).get(NDArrayIndex.indices(0, 1, 1, 2));
        return List.of(new DataSet(words, labels));
      }
    };

    abstract Model create();

    abstract List<DataSet> data();
  }

  /** Protection does all that observing does, and more. */
  static Stream<Arguments> runs() {
    return Stream.concat(
        Stream.of(
            Arguments.of(Trained.PERCEPTRON, Mode.OBSERVING),
            Arguments.of(Trained.PERCEPTRON, Mode.COMPARING)),
        Arrays.stream(Trained.values()).map(trained -> Arguments.of(trained, Mode.PROTECTING)));
  }

  @ParameterizedTest
  @MethodSource("runs")
  void shouldAllocateNothing(Trained trained, Mode mode) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long[] bytes = growth(trained, mode, threads::getCurrentThreadAllocatedBytes);
    assertThat(bytes[ITERATIONS / 2]).isZero();
    if (trained != Trained.PERCEPTRON) {
      // Protection copies each third minibatch, which takes new memory only for another size.
      assertThat(bytes[ITERATIONS * 4 / 5]).as("of four iterations in five").isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("runs")
  void shouldLaunchNoOperation(Trained trained, Mode mode) {
    OpProfiler profiler = OpProfiler.getInstance();
    ProfilerConfig config = profiler.getConfig();
    profiler.reset();
    Nd4j.getExecutioner()
        .setProfilingConfig(ProfilerConfig.builder().checkElapsedTime(true).build());
    try {
      long[] launched = growth(trained, mode, profiler::getInvocationsCount);
      assertThat(launched[ITERATIONS / 2]).isZero();
      assertThat(profiler.getInvocationsCount()).as("the profiler counts").isPositive();
    } finally {
      Nd4j.getExecutioner().setProfilingConfig(config);
    }
  }

  /** How much a count has grown within the callbacks of each iteration, ascending. */
  private static long[] growth(Trained trained, Mode mode, LongSupplier count) {
    Model model = trained.create();
    try (TrainingHealthListener listener = mode.listener(trained)) {
      Gauge gauge = new Gauge(listener, count);
      model.setListeners(gauge);
      train(model, trained.data());
      assertThat(listener.diagnoses()).as("a healthy run").isEmpty();
      if (mode == Mode.COMPARING) {
        listener.flush();
        assertThat(listener.summary().checks())
            .as("it was compared")
            .anyMatch(check -> check.toString().startsWith("departure: iterations 0 to "));
      }
      long[] growth = Arrays.copyOfRange(gauge.growth, WARM_UP, WARM_UP + ITERATIONS);
      Arrays.sort(growth);
      return growth;
    }
  }

  private static void train(Model model, List<DataSet> data) {
    for (int i = 0; i < WARM_UP + ITERATIONS; i++) {
      if (model instanceof MultiLayerNetwork net) {
        net.fit(data.get(i % data.size()));
      } else {
        ((ComputationGraph) model).fit(data.get(i % data.size()));
      }
    }
  }

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder().seed(42).updater(new Adam(1e-3));
  }

  private static OutputLayer.Builder output() {
    return new OutputLayer.Builder(LossFunction.MCXENT).nOut(3).activation(Activation.SOFTMAX);
  }

  private static ComputationGraph residualGraph() {
    ComputationGraph graph =
        new ComputationGraph(
            base()
                .graphBuilder()
                .addInputs("image")
                .setInputTypes(InputType.convolutional(8, 8, 1))
                .addLayer(
                    "first",
                    new ConvolutionLayer.Builder(3, 3)
                        .convolutionMode(ConvolutionMode.Same)
                        .nOut(4)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "image")
                .addLayer(
                    "norm",
                    new BatchNormalization.Builder().activation(Activation.TANH).build(),
                    "first")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "first", "norm")
                .addLayer("output", output().build(), "sum")
                .setOutputs("output")
                .build());
    graph.init();
    return graph;
  }

  /** So many words that only the rows of the minibatch are read. */
  private static MultiLayerNetwork embedding() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            base()
                .list()
                .layer(new EmbeddingLayer.Builder().nIn(WORDS).nOut(8).build())
                .layer(output().nIn(8).build())
                .build());
    net.init();
    return net;
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
    public void onForwardPass(Model model, Map<String, INDArray> activations) {
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
