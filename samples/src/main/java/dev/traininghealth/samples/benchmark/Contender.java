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
 * One network in training, in one mode. Contenders of a comparison are clones of one network, walk
 * through the same minibatches, and have a storage of their own each.
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

  /** The listener itself; null where nothing watches. */
  @Nullable TrainingListener listener() {
    return listener;
  }

  /** Puts another listener, which hands on to this contender's own, in its place. */
  void watchThrough(TrainingListener wrapper) {
    network.setListeners(wrapper);
  }

  /**
   * Trains one epoch of that many iterations, as a user does, but without the thread with which
   * DL4J fetches ahead.
   *
   * @return nanoseconds
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

  /** Whether both have come to the same parameters, to the bit. */
  boolean agreesWith(Contender other) {
    return network.params().equalsWithEps(other.network.params(), 0);
  }

  /** Whether it is the plugin that watches, which has threads of its own. */
  boolean hasPluginThreads() {
    return listener instanceof TrainingHealthListener;
  }

  /** What was found and done; empty where it is not the plugin that watches. */
  String summary() {
    return listener instanceof TrainingHealthListener health ? health.summary().toString() : "";
  }

  /** Has everything written that is still to be written. */
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
