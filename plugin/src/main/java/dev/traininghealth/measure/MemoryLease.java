package dev.traininghealth.measure;

import dev.traininghealth.guard.Guard;

/**
 * Lets any thread end the use of memory outside the Java heap that another thread works with: the
 * memory is freed at once where no work is under way, else by the working thread when its work is
 * over. Neither thread waits for the other, nothing is freed twice, and nothing that freeing throws
 * reaches the training.
 *
 * @hidden
 */
public final class MemoryLease {
  private final Guard guard =
      Guard.retrying(
          "Freeing memory outside the Java heap", "it stays until the garbage collector comes");
  private final Runnable release;
  private int working;
  private boolean ended;

  /**
   * Begins to hold memory.
   *
   * @param release frees it; called once, while no work is under way
   */
  public MemoryLease(Runnable release) {
    this.release = release;
  }

  /**
   * Begins work with the memory, which may be part of other such work.
   *
   * @return whether the memory may be used, and {@link #done} is to be called afterwards; false
   *     once the use has ended
   */
  public synchronized boolean begin() {
    if (!ended) {
      working++;
    }
    return !ended;
  }

  /** Ends work that was begun. */
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

  /** Ends the use for good: there is no work from here on. Nothing is done the second time. */
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
