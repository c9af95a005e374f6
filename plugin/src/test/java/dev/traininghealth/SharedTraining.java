package dev.traininghealth;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.solvers.accumulation.encoding.threshold.FixedThresholdAlgorithm;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.deeplearning4j.parallelism.ParallelWrapper.TrainingMode;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

/** Networks that several workers of a ParallelWrapper train. */
final class SharedTraining {
  static final int ROUNDS = 60;

  private static final String TRAINING_THREAD = "ParallelWrapper training thread";

  /** A power of two, so that updates add up to the same sum in any order. */
  private static final double SHARED_THRESHOLD = 0x1p-10;

  private SharedTraining() {}

  /** Parameters and learning rates of all replicas after each iteration. */
  static final class Replicas extends BaseTrainingListener {
    final Map<Integer, List<INDArray>> parameters = new TreeMap<>();
    final Map<Integer, List<Double>> rates = new TreeMap<>();

    @Override
    public synchronized void iterationDone(Model model, int iteration, int epoch) {
      parameters.computeIfAbsent(iteration, i -> new ArrayList<>()).add(model.params().dup());
      rates.computeIfAbsent(iteration, i -> new ArrayList<>()).add(rate(model));
    }

    double maxDistance() {
      double max = 0;
      for (List<INDArray> replicas : parameters.values()) {
        for (INDArray replica : replicas) {
          double distance = replica.distance2(replicas.get(0));
          max = Double.isNaN(distance) ? distance : Math.max(max, distance);
        }
      }
      return max;
    }
  }

  static double rate(Model model) {
    return model instanceof ComputationGraph graph
        ? graph.getLearningRate("0")
        : ((MultiLayerNetwork) model).getLearningRate(0);
  }

  static IUpdater updater(String name) {
    return switch (name) {
      case "Adam" -> new Adam(5e-3);
      case "Nesterovs" -> new Nesterovs(0.02, 0.9);
      default -> new Sgd(0.02);
    };
  }

  static MultiLayerNetwork network(String updater, double l2) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            LearningNetwork.MLP
                .layers(
                    new NeuralNetConfiguration.Builder()
                        .seed(42)
                        .updater(updater(updater))
                        .l2(l2)
                        .weightInit(WeightInit.RELU)
                        .activation(Activation.RELU)
                        .list())
                .build());
    net.init();
    return net;
  }

  /** Minibatches of which each {@code badEvery}-th has only {@code bad} as features. */
  static List<DataSet> batches(int workers, int badEvery, float bad) {
    List<DataSet> batches = new ArrayList<>();
    for (int i = 0; i < ROUNDS * workers; i++) {
      DataSet batch = LearningNetwork.MLP.batch(i);
      if (i % badEvery == badEvery - 1) {
        batch.getFeatures().assign(bad);
      }
      batches.add(batch);
    }
    return batches;
  }

  static ParallelWrapper wrapper(Model net, int workers, TrainingMode mode) {
    return new ParallelWrapper.Builder<>(net)
        .workers(workers)
        .prefetchBuffer(0)
        .averagingFrequency(1)
        .trainingMode(mode)
        .thresholdAlgorithm(new FixedThresholdAlgorithm(SHARED_THRESHOLD))
        .build();
  }

  static void train(Model net, int workers, List<DataSet> batches) {
    train(net, workers, TrainingMode.SHARED_GRADIENTS, Collections.singletonList(batches));
  }

  /** Trains, calling {@code fit} once for each list of minibatches. */
  static void train(Model net, int workers, TrainingMode mode, List<List<DataSet>> fits) {
    ParallelWrapper wrapper = wrapper(net, workers, mode);
    try {
      for (List<DataSet> batches : fits) {
        createUpdater(net);
        wrapper.fit(new ExistingDataSetIterator(batches));
      }
    } finally {
      wrapper.shutdown();
    }
  }

  /**
   * Creates the updater, which DL4J forgets at the end of {@code fit}. If a worker creates it while
   * another one trains the same network, both wait forever.
   */
  private static void createUpdater(Model net) {
    if (net instanceof ComputationGraph graph) {
      graph.getUpdater();
    } else {
      ((MultiLayerNetwork) net).getUpdater();
    }
  }

  /** {@return the training threads that do not end} */
  static List<String> remainingThreads() throws InterruptedException {
    List<String> remaining = new ArrayList<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith(TRAINING_THREAD)) {
        thread.join(10_000);
        if (thread.isAlive()) {
          remaining.add(thread.getName());
        }
      }
    }
    return remaining;
  }
}
