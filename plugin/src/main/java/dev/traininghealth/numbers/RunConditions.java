package dev.traininghealth.numbers;

/**
 * How a run is carried out: the time of an iteration's parts, and garbage collection and memory of
 * the JVM.
 *
 * <p>The parts of an iteration are times of the training thread, each until the listener is called.
 * Their sum, with the listener's own time, is {@link Measurement#stepMillis}. Memory is read about
 * once a second.
 */
public final class RunConditions {
  /**
   * Time that DL4J waited for the minibatch of this iteration, milliseconds, part of {@link
   * #forwardMillis}; 0 if it was there, or if {@code fit} was called with a single one.
   */
  public double dataMillis = Measurement.absent();

  /**
   * Time from the end of the previous iteration to the end of this one's forward pass,
   * milliseconds. It includes whatever is called between two iterations.
   */
  public double forwardMillis = Measurement.absent();

  /** Time of the backward pass, milliseconds. */
  public double backwardMillis = Measurement.absent();

  /** Time from the gradient to the end of the iteration, milliseconds. */
  public double updateMillis = Measurement.absent();

  /** Time that the listener itself took on the training thread, milliseconds. */
  public double listenerMillis = Measurement.absent();

  /** Number of readings of the JVM so far. */
  public long readings;

  /** Time that garbage collection has stopped the JVM since it started, milliseconds. */
  public double collectionMillis = Measurement.absent();

  /** Java heap in use after the latest garbage collection, bytes; 0 before the first. */
  public double heapBytes = Measurement.absent();

  /** Maximum of the Java heap, bytes. */
  public double maxHeapBytes = Measurement.absent();

  /**
   * Memory of the process outside of the Java heap, bytes, at least: how much of the committed heap
   * is in memory is not known.
   */
  public double minNativeBytes = Measurement.absent();

  /** The same at most, bytes. */
  public double maxNativeBytes = Measurement.absent();

  /** Limit of the memory outside of the Java heap, bytes; absent if there is none. */
  public double nativeLimitBytes = Measurement.absent();

  /** Creates conditions of which nothing is known. */
  public RunConditions() {}

  /**
   * Makes this a copy of others.
   *
   * @param other what to copy
   */
  public void copyFrom(RunConditions other) {
    dataMillis = other.dataMillis;
    forwardMillis = other.forwardMillis;
    backwardMillis = other.backwardMillis;
    updateMillis = other.updateMillis;
    listenerMillis = other.listenerMillis;
    readings = other.readings;
    collectionMillis = other.collectionMillis;
    heapBytes = other.heapBytes;
    maxHeapBytes = other.maxHeapBytes;
    minNativeBytes = other.minNativeBytes;
    maxNativeBytes = other.maxNativeBytes;
    nativeLimitBytes = other.nativeLimitBytes;
  }
}
