package dev.traininghealth.samples.corpus;

import dev.traininghealth.samples.corpus.RunResult.End;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;

/**
 * The minibatches of a run, shuffled again for every epoch unless the order is to stay. It appears
 * as an iterator over one epoch at a time, and ends early when a limit is reached.
 */
final class EpochIterator implements Iterator<DataSet> {
  private final Examples examples;
  private final int batch;
  private final Limits limits;
  private final LongSupplier nanos;
  private final @Nullable Random random;
  private final int[] order;
  private final long start;
  private int position;
  private long iterations;
  private @Nullable End limit;

  /**
   * Creates an iterator.
   *
   * @param random shuffles the examples; null leaves them in their order
   * @param nanos the clock of the limit on seconds
   */
  EpochIterator(
      Examples examples, int batch, Limits limits, @Nullable Random random, LongSupplier nanos) {
    this.examples = examples;
    this.batch = batch;
    this.limits = limits;
    this.nanos = nanos;
    this.random = random;
    order = IntStream.range(0, examples.size()).toArray();
    position = order.length;
    start = nanos.getAsLong();
  }

  /** Begins an epoch; returns whether it has an iteration to run. */
  boolean nextEpoch() {
    if (random != null) {
      shuffle(random);
    }
    position = 0;
    return hasNext();
  }

  private void shuffle(Random by) {
    for (int i = order.length - 1; i > 0; i--) {
      int other = by.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[other];
      order[other] = swapped;
    }
  }

  @Override
  public boolean hasNext() {
    if (limit != null || position >= order.length) {
      return false;
    }
    if (iterations >= limits.iterations()) {
      limit = End.ITERATIONS;
    } else if (seconds() >= limits.seconds()) {
      limit = End.SECONDS;
    }
    return limit == null;
  }

  @Override
  public DataSet next() {
    if (position >= order.length) {
      throw new NoSuchElementException("The epoch is over");
    }
    int end = Math.min(position + batch, order.length);
    DataSet minibatch = examples.minibatch(Arrays.copyOfRange(order, position, end));
    position = end;
    iterations++;
    return minibatch;
  }

  double seconds() {
    return (nanos.getAsLong() - start) / 1e9;
  }

  /** Number of minibatches returned so far. */
  long iterations() {
    return iterations;
  }

  /** The limit that was reached, or the epochs if none was. */
  End end() {
    return limit == null ? End.EPOCHS : limit;
  }
}
