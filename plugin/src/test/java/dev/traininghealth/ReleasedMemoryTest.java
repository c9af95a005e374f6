package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.intervene.clip.GradientClipping;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Memory outside the Java heap is freed when a run ends, not by garbage collection. */
@Timeout(120)
class ReleasedMemoryTest {
  /** Iterations after which the baseline has been compared and two snapshots have been taken. */
  private static final int ITERATIONS = 110;

  /** Iterations before the first comparison with the frozen baseline. */
  private static final int CLOSED_EVERY = 21;

  private static TrainingHealthListenerBuilder builder() {
    return TrainingHealthListener.builder(new InMemoryStatsStorage());
  }

  /** Trains on good data, then once on a non-finite value, so that a step is undone. */
  private static void train(Model net, List<DataSet> data, DataSet bad) {
    for (int i = 0; iterations(net) < ITERATIONS; i++) {
      NetworkBits.fit(net, data.get(i % data.size()));
    }
    NetworkBits.fit(net, bad);
  }

  private static int iterations(Model net) {
    return net instanceof MultiLayerNetwork layers
        ? layers.getIterationCount()
        : ((ComputationGraph) net).getIterationCount();
  }

  private static DataSet bad(DataSet good) {
    DataSet bad = good.copy();
    bad.getFeatures().putScalar(1, Double.NaN);
    return bad;
  }

  @ParameterizedTest
  @CsvSource({
    "MLP, FLOAT, false",
    "MLP, DOUBLE, true",
    "LENET, FLOAT, true",
    "LSTM_TRUNCATED, FLOAT, false",
    "LSTM_TRUNCATED, DOUBLE, true"
  })
  void shouldFreeAllOfARunThatIsClosed(Networks network, DataType type, boolean asGraph)
      throws IllegalAccessException {
    MultiLayerNetwork created = network.create(new Adam(0.01), type);
    Model net = asGraph ? NetworkBits.graph(created) : created;
    List<DataSet> data = network.data(type);
    DataSet bad = bad(data.get(0));
    TrainingHealthListener listener = builder().protecting().build();
    net.setListeners(listener);
    train(net, data, bad);
    assertThat(listener.interventions()).extracting(Intervention::kind).contains(Kind.SKIP);

    HeldMemory held = HeldMemory.of(listener, net, created, data, bad);
    assertThat(held.arrays()).as("baseline, snapshots, undo").hasSizeGreaterThan(8);
    assertThat(held.pointers()).as("vectors of the power iteration").isNotEmpty();
    listener.close();
    assertThat(held.arrays()).isEmpty();
    assertThat(held.pointers()).isEmpty();
    listener.close();

    List<Long> bits = NetworkBits.of(net);
    NetworkBits.fit(net, data.get(0));
    assertThat(NetworkBits.of(net)).as("the network itself can be trained").isNotEqualTo(bits);
    listener.close();
  }

  /** A dry run writes nothing, so unit-wise scaling works on copies. */
  @Test
  void shouldFreeTheCopiesOfADryRun() throws IllegalAccessException {
    MultiLayerNetwork net = Networks.MLP.create(new Adam(0.01), DataType.FLOAT);
    List<DataSet> data = Networks.MLP.data(DataType.FLOAT);
    TrainingHealthListener listener =
        builder().frozenBaseline(false).dryRun().clipping(GradientClipping.agc(1e-6)).build();
    net.setListeners(listener);
    train(net, data, data.get(0));
    HeldMemory held = HeldMemory.of(listener, net, data);
    assertThat(held.arrays()).as("a gradient").anyMatch(array -> array.contains("Shape: [6,9]"));
    listener.close();
    assertThat(held.arrays()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Networks.class)
  void shouldFreeTheBaselineOfArraysThatWereReplaced(Networks network)
      throws IllegalAccessException {
    MultiLayerNetwork net = network.create(new Adam(0.01), DataType.FLOAT);
    List<DataSet> data = network.data(DataType.FLOAT);
    TrainingHealthListener listener = TrainingHealthListener.observing(new InMemoryStatsStorage());
    net.setListeners(listener);
    train(net, data, data.get(0));
    HeldMemory held = HeldMemory.of(listener, net, data);
    assertThat(held.arrays()).hasSizeGreaterThan(1);

    MultiLayerNetwork other = network.create(new Adam(0.01), DataType.FLOAT);
    other.setListeners(listener);
    train(other, data, data.get(0));
    assertThat(held.arrays()).isEmpty();
    assertThat(HeldMemory.of(listener, net, other, data).arrays()).hasSizeGreaterThan(1);
    listener.close();
  }

  /** The recorder's thread continues for a while and must not hold the network. */
  @Test
  void shouldReleaseANetworkWhoseListenerIsNotClosed() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    ExecutorService trainer = Executors.newSingleThreadExecutor();
    Future<WeakReference<Model>> trained =
        trainer.submit(
            () -> {
              MultiLayerNetwork net = Networks.MLP.create(new Adam(0.01), DataType.FLOAT);
              net.setListeners(
                  TrainingHealthListener.builder(storage)
                      .flushInterval(Duration.ofHours(1))
                      .protecting()
                      .build());
              List<DataSet> data = Networks.MLP.data(DataType.FLOAT);
              train(net, data, data.get(0));
              return new WeakReference<>(net);
            });
    WeakReference<Model> net = trained.get();
    trainer.shutdown();
    for (int i = 0; i < 100 && net.get() != null; i++) {
      System.gc();
      Thread.onSpinWait();
    }
    assertThat(net.get()).isNull();
  }

  /**
   * Memory that is freed while it is used crashes the JVM. A concurrent thread closes the run just
   * before a comparison with its frozen baseline.
   */
  @ParameterizedTest
  @CsvSource({"MLP, false", "LENET, true", "LSTM_TRUNCATED, false"})
  void shouldBeClosedByAnotherThreadWhileItTrains(Networks network, boolean asGraph)
      throws Exception {
    List<Long> alone = trained(network, asGraph);
    TrainingHealthListener listener = builder().protecting().costBudget(1).build();
    Semaphore due = new Semaphore(0);
    ExecutorService closer = Executors.newSingleThreadExecutor();
    try {
      Future<?> closing =
          closer.submit(
              () -> {
                while (true) {
                  due.acquire();
                  listener.close();
                }
              });
      BaseTrainingListener signal =
          new BaseTrainingListener() {
            private int iterations;

            @Override
            public void onGradientCalculation(Model model) {
              if (++iterations % CLOSED_EVERY == 0) {
                due.release();
              }
            }
          };
      assertThat(trained(network, asGraph, signal, listener)).isEqualTo(alone);
      assertThat(closing.isDone()).as("closing has failed").isFalse();
    } finally {
      closer.shutdownNow();
    }
    listener.close();
  }

  private static List<Long> trained(
      Networks network, boolean asGraph, TrainingListener... listeners) {
    MultiLayerNetwork created = network.create(new Adam(0.01), DataType.FLOAT);
    Model net = asGraph ? NetworkBits.graph(created) : created;
    net.setListeners(listeners);
    List<DataSet> data = network.data(DataType.FLOAT);
    Nd4j.getRandom().setSeed(7);
    for (int i = 0; iterations(net) < 8 * CLOSED_EVERY; i++) {
      NetworkBits.fit(net, data.get(i % data.size()));
    }
    return NetworkBits.of(net);
  }
}
