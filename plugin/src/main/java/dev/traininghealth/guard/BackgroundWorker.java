package dev.traininghealth.guard;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs tasks in order on its own daemon thread, so that the training thread never waits.
 *
 * <p>The queue is bounded. When it is full, tasks are refused. The thread starts with the first
 * task and ends after five idle seconds, so that an unclosed listener leaves no thread behind.
 *
 * @hidden
 */
public final class BackgroundWorker {
  private static final long IDLE_SECONDS = 5;

  private final int maxQueued;
  private final ThreadPoolExecutor executor;

  /**
   * Creates a worker without starting its thread.
   *
   * @param threadName the name of the thread in thread dumps
   * @param maxQueued how many tasks may wait besides the running one
   */
  public BackgroundWorker(String threadName, int maxQueued) {
    this.maxQueued = maxQueued;
    executor =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // hasRoom bounds it, so that flush always fits
            work -> {
              Thread thread = new Thread(work, threadName);
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
  }

  /** {@return whether the next task would be accepted, for callers that prepare it at some cost} */
  public boolean hasRoom() {
    return !executor.isShutdown() && executor.getQueue().size() < maxQueued;
  }

  /**
   * Queues a task.
   *
   * @param work the task, which must catch its own exceptions
   * @return whether it was accepted; false if the queue is full or the worker was shut down
   */
  public synchronized boolean submit(Runnable work) {
    boolean taken = hasRoom();
    if (taken) {
      executor.execute(work);
    }
    return taken;
  }

  /**
   * Waits until all tasks that were submitted before are done.
   *
   * @param maxWait the longest wait
   * @return whether they are done
   */
  public boolean flush(Duration maxWait) {
    if (executor.getQueue().isEmpty() && executor.getPoolSize() == 0) {
      return true; // no queued task and no thread
    }
    CountDownLatch done = new CountDownLatch(1);
    try {
      return mark(done)
          ? done.await(maxWait.toNanos(), TimeUnit.NANOSECONDS)
          : executor.awaitTermination(maxWait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private synchronized boolean mark(CountDownLatch done) {
    boolean open = !executor.isShutdown();
    if (open) {
      executor.execute(done::countDown);
    }
    return open;
  }

  /** Accepts no more tasks. Queued tasks still run, and then the thread ends. */
  public synchronized void shutdown() {
    executor.shutdown();
  }
}
