package dev.traininghealth.samples.benchmark;

import dev.traininghealth.TrainingHealthListener;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.datasets.iterator.AsyncShieldDataSetIterator;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;

/**
 * One network in training, in one mode. Contenders of a comparison have equal networks, use the
 * same minibatches, and have separate storages.
 */
final class Contender implements AutoCloseable {
  /** The session of the run that others are compared with. */
  static final String BASELINE = "baseline";

  /** Iterations of that run: twice as many as a comparison needs. */
  static final int BASELINE_ITERATIONS = 160;

  private final Mode mode;
  private final TrainedNetwork network;
  private final List<DataSet> minibatches;
  private final MeasuredStorage storage;
  private final @Nullable TrainingListener listener;
  private int position;
  private long iterations;
  private long startNanos;

  /** Creates a contender with the mode's own listener. */
  Contender(Mode mode, TrainedNetwork network, List<DataSet> minibatches) {
    this(mode, network, minibatches, mode::listener);
  }

  private Contender(
      Mode mode,
      TrainedNetwork network,
      List<DataSet> minibatches,
      Function<StatsStorage, @Nullable TrainingListener> newListener) {
    this.mode = mode;
    this.network = network;
    this.minibatches = minibatches;
    storage = new MeasuredStorage(mode.recordType());
    listener = newListener.apply(storage.storage());
    if (listener != null) {
      network.watchThrough(listener);
    }
  }

  /**
   * Creates a contender whose run is compared with a recorded one.
   *
   * @param baseline has the session {@link #BASELINE}
   */
  static Contender comparing(
      TrainedNetwork network, List<DataSet> minibatches, StatsStorage baseline) {
    return new Contender(
        Mode.COMPARING,
        network,
        minibatches,
        storage -> TrainingHealthListener.builder(storage).baseline(baseline, BASELINE).build());
  }

  /**
   * Records a run that is as good as the others.
   *
   * @param seconds least time of training; it lasts for {@value #BASELINE_ITERATIONS} iterations at
   *     least
   * @return a storage with the session {@link #BASELINE}
   */
  static StatsStorage recordBaseline(
      TrainedNetwork network, List<DataSet> minibatches, double seconds) {
    StatsStorage storage = new InMemoryStatsStorage();
    TrainingHealthListener listener =
        TrainingHealthListener.builder(storage).sessionId(BASELINE).build();
    try (Contender contender = new Contender(Mode.OBSERVING, network, minibatches, listener)) {
      long end = System.nanoTime() + Comparison.nanos(seconds);
      while (contender.iterations() < BASELINE_ITERATIONS || System.nanoTime() < end) {
        contender.train(1);
      }
    }
    return storage;
  }

  /** Creates a contender with a listener of the same mode that was built for a special report. */
  Contender(
      Mode mode, TrainedNetwork network, List<DataSet> minibatches, TrainingListener listener) {
    this.mode = mode;
    this.network = network;
    this.minibatches = minibatches;
    this.listener = listener;
    storage = new MeasuredStorage(mode.recordType());
    network.watchThrough(listener);
  }

  Mode mode() {
    return mode;
  }

  TrainedNetwork network() {
    return network;
  }

  /** The listener; null without one. */
  @Nullable TrainingListener listener() {
    return listener;
  }

  /** Replaces the listener by one that forwards to it. */
  void watchThrough(TrainingListener wrapper) {
    network.watchThrough(wrapper);
  }

  /**
   * Trains one epoch of that many iterations, as a user does, but without DL4J's prefetching
   * thread.
   *
   * @return duration in nanoseconds
   */
  long train(int count) {
    List<DataSet> epoch = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      epoch.add(minibatches.get(position));
      position = (position + 1) % minibatches.size();
    }
    var iterator = new AsyncShieldDataSetIterator(new ExistingDataSetIterator(epoch));
    long start = System.nanoTime();
    if (iterations == 0) {
      startNanos = start;
    }
    network.fit(iterator);
    iterations += count;
    return System.nanoTime() - start;
  }

  /** Trains until the storage has a record of the listener, or until the time is over. */
  void trainToFirstRecord(double maxSeconds) {
    long end = System.nanoTime() + Comparison.nanos(maxSeconds);
    while (!storage.hasRecord() && System.nanoTime() < end) {
      train(1);
    }
  }

  /** Trains until that many iterations are done in all; does nothing if they are. */
  void trainTo(long count) {
    if (count > iterations) {
      train((int) (count - iterations));
    }
  }

  /** Number of iterations so far. */
  long iterations() {
    return iterations;
  }

  /** Milliseconds from the first fit to the first record; NaN if there is none. */
  double firstRecordMillis() {
    return storage.hasRecord() ? (storage.firstRecordNanos() - startNanos) / 1e6 : Double.NaN;
  }

  /** Bytes that the storage holds per iteration so far. */
  double storedBytesPerIteration() {
    return iterations == 0 ? 0 : (double) storage.bytes() / iterations;
  }

  /** Whether both have bit-identical parameters. */
  boolean agreesWith(Contender other) {
    return network.parameters().equalsWithEps(other.network.parameters(), 0);
  }

  /** Whether the listener is the plugin's, which has its own threads. */
  boolean hasPluginThreads() {
    return listener instanceof TrainingHealthListener;
  }

  /** Time so far for snapshots and trials, which have budgets of their own, nanoseconds. */
  double protectionNanos() {
    return listener instanceof TrainingHealthListener health
        ? health.summary().cost().protectionSeconds() * 1e9
        : 0;
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

  /** Closes the listener and frees the network. */
  @Override
  public void close() {
    if (listener instanceof TrainingHealthListener health) {
      health.close();
    }
    network.close();
  }
}
