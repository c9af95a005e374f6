package dev.traininghealth.setup.data;

import dev.traininghealth.array.ArrayBinding;
import dev.traininghealth.array.MemoryCopy;
import dev.traininghealth.guard.RunClock;
import dev.traininghealth.measure.DataSummarizer;
import dev.traininghealth.network.Minibatch;
import dev.traininghealth.numbers.DataRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The minibatches that were read before training: statistics of all, and copies of some.
 *
 * <p>Each minibatch is copied at once, because an iterator may return arrays in memory that it
 * reuses.
 *
 * @hidden
 */
public final class ReadData implements AutoCloseable {
  /** Maximum of minibatches that are read. The statistics of more would differ little. */
  public static final int MAX_MINIBATCHES = 200;

  /** Maximum of the reading time, nanoseconds. It covers iterators that decode files. */
  public static final long MAX_NANOS = 5_000_000_000L;

  /**
   * Maximum of minibatches whose copies are kept for training copies of the network. If there are
   * more, every second is dropped, so that the rest is spread over all.
   */
  private static final int MAX_KEPT = 64;

  /** Maximum of the memory that the kept copies take outside the Java heap, bytes. */
  private static final long MAX_KEPT_BYTES = 256L << 20;

  private final List<FeatureStatistics> features = new ArrayList<>();
  private final List<LabelStatistics> labels = new ArrayList<>();
  private final List<Minibatch> kept = new ArrayList<>();
  private final Set<Long> hashes = new HashSet<>();
  private int interval = 1;
  private long keptBytes;
  private int minibatches;
  private int repeated;
  private long examples;
  private int largestBatch;
  private boolean isComplete;

  private ReadData() {}

  /**
   * Reads the data and resets their iterator.
   *
   * @param summary receives the statistics that detectors use as well
   * @param clock limits the time to {@link #MAX_NANOS}
   * @throws IllegalArgumentException if there is no minibatch, or one without features
   */
  public static ReadData read(MinibatchSource source, DataRecord summary, RunClock clock) {
    ReadData read = new ReadData();
    DataSummarizer summarizer = new DataSummarizer(summary, ArrayBinding.ofBackend());
    long end = clock.nanoTime() + MAX_NANOS;
    try {
      while (source.hasNext()
          && read.minibatches < MAX_MINIBATCHES
          && (read.minibatches == 0 || clock.nanoTime() < end)) {
        read.take(source.next(), summarizer);
      }
      read.isComplete = !source.hasNext();
    } catch (RuntimeException e) {
      read.close();
      throw e;
    } finally {
      source.reset();
    }
    if (read.minibatches == 0) {
      throw new IllegalArgumentException(
          "There is no minibatch to check: reset the iterator, or pass a list that is not empty");
    }
    return read;
  }

  private void take(Minibatch users, DataSummarizer summarizer) {
    if (users.features().isEmpty()) {
      throw new IllegalArgumentException(
          "Minibatch " + minibatches + " has no features: set them, or leave the minibatch out");
    }
    Minibatch copy;
    MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
    try (outside) {
      copy = users.copy();
      summarizer.minibatch(copy, false, false);
      scan(copy);
    }
    examples += copy.examples();
    largestBatch = Math.max(largestBatch, copy.examples());
    keep(copy, minibatches++);
  }

  private void scan(Minibatch minibatch) {
    long hash = 1;
    for (int i = 0; i < minibatch.features().size(); i++) {
      if (features.size() <= i) {
        features.add(new FeatureStatistics());
      }
      INDArray array = minibatch.features().get(i);
      if (Elements.isReadable(array)) {
        Elements x = Elements.of(array, at(minibatch.featureMasks(), i));
        features.get(i).add(x, minibatches, array.rank() > 3);
        hash = hash * 31 + x.hash();
      }
    }
    for (int i = 0; i < minibatch.labels().size(); i++) {
      if (labels.size() <= i) {
        labels.add(new LabelStatistics());
      }
      INDArray array = minibatch.labels().get(i);
      if (array != null && Elements.isReadable(array)) {
        Elements y = Elements.of(array, at(minibatch.labelMasks(), i));
        labels.get(i).add(y, minibatches);
        hash = hash * 31 + y.hash();
      }
    }
    repeated += hashes.add(hash) ? 0 : 1;
  }

  private static @Nullable INDArray at(List<@Nullable INDArray> masks, int index) {
    return index < masks.size() ? masks.get(index) : null;
  }

  private void keep(Minibatch copy, int index) {
    long bytes = bytes(copy);
    if (index % interval != 0 || (bytes > MAX_KEPT_BYTES && !kept.isEmpty())) {
      copy.release();
      return;
    }
    kept.add(copy);
    keptBytes += bytes;
    while (kept.size() > 1 && (kept.size() > MAX_KEPT || keptBytes > MAX_KEPT_BYTES)) {
      interval *= 2;
      for (int i = kept.size() - 1; i > 0; i--) {
        if (i % 2 == 1) {
          Minibatch dropped = kept.remove(i);
          keptBytes -= bytes(dropped);
          dropped.release();
        }
      }
    }
  }

  private static long bytes(Minibatch minibatch) {
    return minibatch.arrays().stream().mapToLong(MemoryCopy::bytes).sum();
  }

  /** {@return the statistics of each input} */
  public List<FeatureStatistics> features() {
    return List.copyOf(features);
  }

  /** {@return the statistics of each output's labels; none without labels} */
  public List<LabelStatistics> labels() {
    return List.copyOf(labels);
  }

  /** {@return copies of minibatches, spread over all that were read, in their order} */
  public List<Minibatch> kept() {
    return List.copyOf(kept);
  }

  /** {@return number of minibatches that were read} */
  public int minibatches() {
    return minibatches;
  }

  /** {@return number of minibatches that are exact copies of an earlier one} */
  public int repeated() {
    return repeated;
  }

  /** {@return number of examples that were read} */
  public long examples() {
    return examples;
  }

  /** {@return number of examples in the largest minibatch} */
  public int largestBatch() {
    return largestBatch;
  }

  /** {@return whether all data were read, and not only the first part} */
  public boolean isComplete() {
    return isComplete;
  }

  /** Frees the memory of the copies. */
  @Override
  public void close() {
    kept.forEach(Minibatch::release);
    kept.clear();
  }
}
