package dev.traininghealth.numbers;

/**
 * How a run is carried out: the time of an iteration's parts, and garbage collection and memory of
 * the JVM.
 *
 * <p>The parts of an iteration are times of the training thread, each until the listener is called.
 * Their sum, with the listener's own time, is {@link Measurement#stepMillis}. Memory is read about
 * once a second.
 */
public interface RunConditions {
  /**
   * {@return time that DL4J waited for the minibatch of this iteration, milliseconds, part of
   * {@link #forwardMillis}; 0 if it was there, or if {@code fit} was called with a single one}
   */
  double dataMillis();

  /**
   * {@return time from the end of the previous iteration to the end of this one's forward pass,
   * milliseconds} It includes whatever is called between two iterations.
   */
  double forwardMillis();

  /** {@return time of the backward pass, milliseconds} */
  double backwardMillis();

  /** {@return time from the gradient to the end of the iteration, milliseconds} */
  double updateMillis();

  /** {@return time that the listener itself took on the training thread, milliseconds} */
  double listenerMillis();

  /** {@return number of readings of the JVM so far} */
  long readings();

  /** {@return time that garbage collection has stopped the JVM since it started, milliseconds} */
  double collectionMillis();

  /** {@return Java heap in use after the latest garbage collection, bytes; 0 before the first} */
  double heapBytes();

  /** {@return maximum of the Java heap, bytes} */
  double maxHeapBytes();

  /**
   * {@return memory of the process outside of the Java heap, bytes, at least: how much of the
   * committed heap is in memory is not known}
   */
  double minNativeBytes();

  /** {@return the same at most, bytes} */
  double maxNativeBytes();

  /** {@return limit of the memory outside of the Java heap, bytes; absent if there is none} */
  double nativeLimitBytes();
}
