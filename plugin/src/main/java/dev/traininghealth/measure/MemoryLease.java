package dev.traininghealth.measure;

import dev.traininghealth.guard.Guard;

/**
 * Lets any thread end the use of memory outside the Java heap that another thread works with. The
 * memory is freed at once if no work is in progress, otherwise by the working thread when its work
 * ends. Neither thread waits for the other, and nothing is freed twice. Exceptions of the freeing
 * do not reach the training.
 *
 * @hidden
 */
public final class MemoryLease {
  private final Guard guard =
      Guard.retrying(
          "Freeing memory outside the Java heap", "it stays allocated until garbage collection");
  private final Runnable release;
  private int working;
  private boolean ended;

  /**
   * Creates a lease on memory.
   *
   * @param release frees the memory; called once, while no work is in progress
   */
  public MemoryLease(Runnable release) {
    this.release = release;
  }

  /**
   * Begins work with the memory; such work may be nested.
   *
   * @return true if the memory may be used and {@link #done} must be called afterwards; false after
   *     {@link #end}
   */
  public synchronized boolean begin() {
    if (!ended) {
      working++;
    }
    return !ended;
  }

  /** Ends work that {@link #begin} allowed. */
  public void done() {
    boolean last;
    synchronized (this) {
      working--;
      last = ended && working == 0;
    }
    if (last) {
      free();
    }
  }

  /** Ends the use permanently: no work begins afterwards. A second call does nothing. */
  public void end() {
    boolean idle;
    synchronized (this) {
      idle = !ended && working == 0;
      ended = true;
    }
    if (idle) {
      free();
    }
  }

  private void free() {
    try {
      release.run();
    } catch (Throwable e) {
      guard.failed(e);
    }
  }
}
