package dev.traininghealth.samples.benchmark;

import dev.traininghealth.TrainingHealthListener;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.datasets.iterator.AsyncShieldDataSetIterator;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;

/**
 * One network in training, in one mode. Contenders of a comparison are clones of one network, use
 * the same minibatches, and have separate storages.
 */
final class Contender implements AutoCloseable {
  private final Mode mode;
  private final MultiLayerNetwork network;
  private final List<DataSet> minibatches;
  private final StatsStorage storage = new InMemoryStatsStorage();
  private final @Nullable TrainingListener listener;
  private int position;

  Contender(Mode mode, MultiLayerNetwork original, List<DataSet> minibatches) {
    this.mode = mode;
    this.network = original.clone();
    this.minibatches = minibatches;
    this.listener = mode.listener(storage);
    if (listener != null) {
      network.setListeners(listener);
    }
  }

  Mode mode() {
    return mode;
  }

  /** The listener; null without one. */
  @Nullable TrainingListener listener() {
    return listener;
  }

  /** Replaces the listener by one that forwards to it. */
  void watchThrough(TrainingListener wrapper) {
    network.setListeners(wrapper);
  }

  /**
   * Trains one epoch of that many iterations, as a user does, but without DL4J's prefetching
   * thread.
   *
   * @return duration in nanoseconds
   */
  long train(int iterations) {
    List<DataSet> epoch = new ArrayList<>(iterations);
    for (int i = 0; i < iterations; i++) {
      epoch.add(minibatches.get(position));
      position = (position + 1) % minibatches.size();
    }
    var iterator = new AsyncShieldDataSetIterator(new ExistingDataSetIterator(epoch));
    long start = System.nanoTime();
    network.fit(iterator);
    return System.nanoTime() - start;
  }

  /** Whether both have bit-identical parameters. */
  boolean agreesWith(Contender other) {
    return network.params().equalsWithEps(other.network.params(), 0);
  }

  /** Whether the listener is the plugin's, which has its own threads. */
  boolean hasPluginThreads() {
    return listener instanceof TrainingHealthListener;
  }

  /** The plugin's summary; empty for other listeners. */
  String summary() {
    return listener instanceof TrainingHealthListener health ? health.summary().toString() : "";
  }

  /** Waits until all pending records are written. */
  void flush() {
    if (listener instanceof TrainingHealthListener health) {
      health.flush();
    }
  }

  @Override
  public void close() {
    if (listener instanceof TrainingHealthListener health) {
      health.close();
    }
  }
}
