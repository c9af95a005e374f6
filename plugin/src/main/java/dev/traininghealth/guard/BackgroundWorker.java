package dev.traininghealth.guard;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Does what it is given one after the other, on a daemon thread of its own, so that the thread that
 * trains never waits for it. What waits is bounded: more is refused. The thread is begun by the
 * first work and ends when there has been none for a while, so that a listener that nobody closes
 * leaves no thread behind.
 *
 * @hidden
 */
public final class BackgroundWorker {
  private static final long IDLE_SECONDS = 5;

  private final int maxQueued;
  private final ThreadPoolExecutor executor;

  /**
   * Creates a worker; there is no thread yet.
   *
   * @param threadName the name of the thread, for who looks at a thread dump
   * @param maxQueued how much may wait beside the work that is being done
   */
  public BackgroundWorker(String threadName, int maxQueued) {
    this.maxQueued = maxQueued;
    executor =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // bounded here, so that a flush always has its place
            work -> {
              Thread thread = new Thread(work, threadName);
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
  }

  /** Whether the next work would be taken, for who has to prepare it at some cost. */
  public boolean hasRoom() {
    return !executor.isShutdown() && executor.getQueue().size() < maxQueued;
  }

  /**
   * Gives it work, to be done when all is done that was given before.
   *
   * @param work catches what it throws
   * @return whether it was taken; if not, too much waits already, or the worker was ended
   */
  public synchronized boolean submit(Runnable work) {
    boolean taken = hasRoom();
    if (taken) {
      executor.execute(work);
    }
    return taken;
  }

  /**
   * Waits until all is done that was given before.
   *
   * @param mostWait the longest wait
   * @return whether it is done
   */
  public boolean flush(Duration mostWait) {
    if (executor.getQueue().isEmpty() && executor.getPoolSize() == 0) {
      return true; // without a thread there is nothing that is being done
    }
    CountDownLatch done = new CountDownLatch(1);
    try {
      return mark(done)
          ? done.await(mostWait.toNanos(), TimeUnit.NANOSECONDS)
          : executor.awaitTermination(mostWait.toNanos(), TimeUnit.NANOSECONDS);
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

  /** Takes no more; what it was given before is done still, and then the thread ends. */
  public synchronized void shutdown() {
    executor.shutdown();
  }
}
