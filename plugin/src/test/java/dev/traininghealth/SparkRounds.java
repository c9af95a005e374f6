package dev.traininghealth;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.MultiLayerUpdater;
import org.deeplearning4j.spark.impl.listeners.VanillaStatsStorageRouter;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Trains as DL4J does on Spark with parameter averaging, without Spark. In each round, each worker
 * gets a deserialized listener, a new network with the averaged parameters and a new collecting
 * router. What the router holds after the last minibatch is serialized and put into the driver's.
 */
final class SparkRounds {
  static final int WORKERS = 2;

  private final MultiLayerNetwork net;
  private final TrainingHealthListener listener;
  private final StatsStorageRouter driver;
  private final int frequency;

  SparkRounds(
      MultiLayerNetwork net,
      TrainingHealthListener listener,
      StatsStorageRouter driver,
      int frequency) {
    this.net = net;
    this.listener = listener;
    this.driver = driver;
    this.frequency = frequency;
  }

  /** A minibatch by worker and iteration. */
  interface Batches {
    DataSet of(int worker, int iteration);
  }

  static String worker(int number) {
    return "executor_" + number;
  }

  void fit(int rounds, Batches batches) {
    for (int round = 0; round < rounds; round++) {
      round(batches);
    }
  }

  private void round(Batches batches) {
    int first = net.getIterationCount();
    INDArray parameters = net.params().like();
    INDArray state = net.getUpdater().getStateViewArray();
    INDArray states = state == null ? null : state.like(); // null for plain gradient descent
    List<VanillaStatsStorageRouter> routers = new ArrayList<>();
    for (int worker = 0; worker < WORKERS; worker++) {
      MultiLayerNetwork replica = new MultiLayerNetwork(net.getLayerWiseConfigurations().clone());
      replica.init(net.params().dup(), false);
      if (state != null) {
        replica.setUpdater(new MultiLayerUpdater(replica, state.dup()));
      }
      TrainingHealthListener own = copy(listener);
      VanillaStatsStorageRouter router = new VanillaStatsStorageRouter();
      own.setStorageRouter(router);
      own.setWorkerID(worker(worker));
      replica.setListeners(own);
      for (int i = 0; i < frequency; i++) {
        replica.fit(batches.of(worker, first + i));
      }
      routers.add(router);
      parameters.addi(replica.params());
      if (states != null) {
        states.addi(replica.getUpdater().getStateViewArray());
      }
    }
    net.setParams(parameters.divi(WORKERS));
    if (states != null) {
      net.getUpdater().setStateViewArray(net, states.divi(WORKERS), false);
    }
    for (VanillaStatsStorageRouter router : routers) {
      driver.putStorageMetaData(copies(router.getStorageMetaData()));
      driver.putStaticInfo(copies(router.getStaticInfo()));
      driver.putUpdate(copies(router.getUpdates()));
    }
    net.getLayerWiseConfigurations().setIterationCount(first + frequency);
  }

  private static <T extends Serializable> List<T> copies(List<T> all) {
    return all.stream().map(SparkRounds::copy).toList();
  }

  /** {@return what another program gets when this is sent to it} */
  @SuppressWarnings("unchecked")
  static <T extends Serializable> T copy(T object) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(object);
      }
      return (T) new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
    } catch (IOException | ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
