package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Iterator;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Unusual networks, and faults of the training itself. */
final class TrainingFaults {
  private static final int HALF = FaultRun.ITERATIONS / 2;

  private TrainingFaults() {}

  static void twoListeners(FaultRun run) {
    run.attach(FaultRun.inMemory());
    TrainingHealthListener other = TrainingHealthListener.protecting(FaultRun.inMemory());
    if (run.withPlugin) {
      run.net.addListeners(other);
    }
    run.until(FaultRun.ITERATIONS);
    other.close();
    run.close();
  }

  private static MultiLayerNetwork other(FaultRun run) {
    MultiLayerNetwork other = LearningNetwork.MLP.create(new Adam(1e-3));
    other.setListeners(run.net.getListeners());
    run.networks = 2;
    return other;
  }

  static void twoNetworks(FaultRun run) {
    run.attach(FaultRun.inMemory());
    MultiLayerNetwork other = other(run);
    for (int i = 1; i <= FaultRun.ITERATIONS; i++) {
      run.until(i);
      other.fit(run.batches.apply(i - 1));
    }
    assertThat(FaultRun.bits(other)).isEqualTo(FaultRun.bits(run.net));
    run.close();
  }

  static void twoThreads(FaultRun run) throws InterruptedException {
    run.attach(FaultRun.inMemory());
    MultiLayerNetwork other = other(run);
    Thread thread =
        new Thread(
            () -> {
              for (int i = 0; i < FaultRun.ITERATIONS; i++) {
                other.fit(run.batches.apply(i));
              }
            });
    thread.start();
    run.until(FaultRun.ITERATIONS);
    thread.join();
    assertThat(FaultRun.bits(other)).isEqualTo(FaultRun.bits(run.net));
    run.close();
  }

  static void noParameters(FaultRun run) {
    train(run, network(list -> list.layer(loss())), 3, 20);
  }

  static void oneParameter(FaultRun run) {
    train(
        run,
        network(
            list ->
                list.layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(1)
                        .nOut(1)
                        .hasBias(false)
                        .activation(Activation.IDENTITY)
                        .build())),
        1,
        100);
  }

  static void manyLayers(FaultRun run) {
    train(
        run,
        network(
            list -> {
              for (int layer = 0; layer < 500; layer++) {
                list.layer(new DenseLayer.Builder().nIn(3).nOut(3).build());
              }
              return list.layer(loss());
            }),
        3,
        3);
  }

  static void manyParameters(FaultRun run) {
    train(
        run,
        network(
            list ->
                list.layer(new DenseLayer.Builder().nIn(3).nOut(4_472).build())
                    .layer(new DenseLayer.Builder().nIn(4_472).nOut(4_472).build())
                    .layer(new DenseLayer.Builder().nIn(4_472).nOut(3).build())
                    .layer(loss())),
        3,
        20);
  }

  private interface Layers {
    NeuralNetConfiguration.ListBuilder addTo(NeuralNetConfiguration.ListBuilder list);
  }

  private static MultiLayerNetwork network(Layers layers) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            layers
                .addTo(
                    new NeuralNetConfiguration.Builder()
                        .seed(42)
                        .updater(new Sgd(1e-3))
                        .activation(Activation.TANH)
                        .list())
                .build());
    net.init();
    return net;
  }

  private static LossLayer loss() {
    return new LossLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).build();
  }

  private static void train(FaultRun run, MultiLayerNetwork net, int features, int iterations) {
    run.net = net;
    run.batches =
        i -> {
          INDArray some = Nd4j.linspace(DataType.FLOAT, 0.1 * (i % 7), 0.05, 4L * features);
          INDArray array = some.reshape(4, features);
          return new DataSet(array, array.mul(0.5));
        };
    run.attach(FaultRun.inMemory());
    run.until(iterations);
    run.close();
  }

  static void damagedStart(FaultRun run) {
    run.net.getParam("1_b").assign(Double.NaN);
    run.attach(FaultRun.inMemory());
    run.until(20);
    run.close();
  }

  static void interrupted(FaultRun run) {
    StatsStorage storage = FaultRun.inMemory();
    run.attach(storage);
    run.until(HALF);
    Thread.currentThread().interrupt();
    run.until(FaultRun.ITERATIONS);
    run.close();
    assertThat(Thread.interrupted()).as("still interrupted").isTrue();
    run.shouldShowTheWholeRun(storage);
  }

  static void throwingData(FaultRun run) {
    StatsStorage storage = FaultRun.inMemory();
    run.attach(storage);
    run.until(HALF);
    assertThatThrownBy(() -> run.net.fit(new ExistingDataSetIterator(new FailingBatches(run))))
        .hasMessageContaining("planned");
    run.until(FaultRun.ITERATIONS);
    run.close();
    run.shouldShowTheWholeRun(storage);
  }

  /** Five minibatches, and then an exception. */
  private static final class FailingBatches implements Iterator<DataSet> {
    private final FaultRun run;
    private final AtomicInteger given = new AtomicInteger();

    FailingBatches(FaultRun run) {
      this.run = run;
    }

    @Override
    public boolean hasNext() {
      return true;
    }

    @Override
    public DataSet next() {
      if (given.getAndIncrement() == 5) {
        throw new IllegalStateException("planned");
      }
      return run.next();
    }
  }
}
