package dev.traininghealth.publish;

import dev.traininghealth.guard.CpuTime;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that works for a recorder: a daemon that is begun when there is something to do and
 * ends when there has been nothing for a while, so that a listener that nobody needs any more
 * leaves neither a thread nor memory behind.
 */
final class RecorderThread implements ExitFlush.Flushing {
  private static final Logger log = LoggerFactory.getLogger(RecorderThread.class);

  /** Intervals without anything new after which the thread ends. */
  private static final int IDLE_INTERVALS = 10;

  /** As {@link #IDLE_INTERVALS} where the storage has not taken everything yet. */
  private static final int FAILING_INTERVALS = 100;

  private final Work work;
  private final Object adding;
  private final long intervalNanos;
  private final long mostWaitNanos;

  /** Set and cleared while {@link #adding} is held. */
  private @Nullable Thread thread;

  private boolean warned;

  private volatile boolean ending;
  private volatile long requested;
  private volatile long done;

  /** A flush was waited for in vain, and nothing has been finished since: waiting is of no use. */
  private volatile boolean stuck;

  private volatile long nanos;

  /** CPU time of the threads before this one. */
  private long nanosBefore;

  /** What the thread does for its recorder. */
  interface Work {
    /**
     * Hands over what waits for a flush; {@code adding} is held.
     *
     * @param ended whether nothing will be added any more
     */
    void flushing(boolean ended);

    /** Takes the rows that the training thread has added, in memory. */
    void gather();

    /** Puts what is new into the storage. Returns whether that got anywhere. */
    boolean put();

    /** How often the storage has taken something; asked by other threads. */
    long puts();

    /** CPU time that was spent on what is done once, nanoseconds. */
    long onceNanos();

    /** Whether rows were added that are not gathered yet. */
    boolean hasMore();

    /** Whether the storage has everything. */
    boolean isAllPut();
  }

  /**
   * Creates it; the thread is begun by {@link #start}.
   *
   * @param adding the monitor that is held while something is added
   * @param mostWaitNanos the longest wait for a flush without the storage having taken anything;
   *     five times that is the longest wait at all
   */
  RecorderThread(Work work, Object adding, long intervalNanos, long mostWaitNanos) {
    this.work = work;
    this.adding = adding;
    this.intervalNanos = intervalNanos;
    this.mostWaitNanos = mostWaitNanos;
  }

  /** CPU time that was spent so far, without what is done once. */
  long nanos() {
    return nanos;
  }

  /** Begins the thread if it is not there; {@code adding} is held. */
  void start() {
    if (thread != null) {
      return;
    }
    Thread t = new Thread(this::run, "training-health-recorder");
    t.setDaemon(true);
    try {
      t.start();
      thread = t;
    } catch (OutOfMemoryError e) { // no more threads; the ring is emptied by who fills it
      if (!warned) {
        warned = true;
        log.warn("No thread to write the records of this training with: {}", e.toString());
      }
    }
  }

  void wake() {
    LockSupport.unpark(thread);
  }

  /** Asks for a flush, unless this thread asks for it itself or has been ended. */
  @Override
  public long beginFlush(boolean ended) {
    synchronized (adding) {
      return ending || Thread.currentThread() == thread ? 0 : request(ended);
    }
  }

  private long request(boolean ended) {
    work.flushing(ended);
    start();
    long ticket = requested + 1;
    requested = ticket;
    wake();
    return ticket;
  }

  /**
   * Asks the thread to put what was added and to end; {@code adding} is held.
   *
   * @return the ticket to wait for, as that of {@link #beginFlush}
   */
  long end() {
    long ticket = request(true);
    ending = true;
    wake();
    return ticket;
  }

  /** Waits for a flush, but not for a storage that hangs. */
  @Override
  public void awaitFlush(long ticket, long start) {
    boolean interrupted = false;
    synchronized (work) {
      long moved = start;
      long puts = work.puts();
      while (done < ticket && !stuck) {
        long now = System.nanoTime();
        if (work.puts() != puts) {
          puts = work.puts();
          moved = now;
        }
        long left = Math.min(moved + mostWaitNanos - now, start + 5 * mostWaitNanos - now);
        if (left <= 0) {
          stuck = true;
          break;
        }
        try {
          TimeUnit.NANOSECONDS.timedWait(work, left);
        } catch (InterruptedException e) {
          interrupted = true;
          break;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    nanosBefore = nanos + work.onceNanos();
    int idle = 0;
    PutPace pace = new PutPace(intervalNanos, System.nanoTime());
    try {
      while (true) {
        work.gather();
        long ticket = requested;
        if (ticket != done || pace.isDue(System.nanoTime())) {
          work.gather(); // once more: what was added before the request must be in it
          long before = CpuTime.ofCurrentThread() - work.onceNanos();
          idle = work.put() ? 0 : idle + 1;
          pace.put(System.nanoTime(), CpuTime.ofCurrentThread() - work.onceNanos() - before);
          finished(ticket);
          boolean enough = idle > (work.isAllPut() ? IDLE_INTERVALS : FAILING_INTERVALS);
          if ((enough || ending) && endIfNothingIsAdded()) {
            return;
          }
        }
        if (requested == done) {
          LockSupport.parkNanos(this, pace.nanosToSleep(System.nanoTime()));
        }
      }
    } catch (Throwable e) {
      if (!warned) {
        warned = true;
        log.warn("Writing the records of this training failed; training goes on.", e);
      } else {
        log.debug("Writing the records failed again.", e);
      }
      synchronized (adding) {
        thread = null;
      }
      finished(requested);
    }
  }

  private void finished(long ticket) {
    nanos = nanosBefore + CpuTime.ofCurrentThread() - work.onceNanos();
    synchronized (work) {
      done = ticket;
      stuck = false;
      work.notifyAll();
    }
  }

  private boolean endIfNothingIsAdded() {
    synchronized (adding) {
      if (requested != done || work.hasMore()) {
        return false;
      }
      thread = null;
      return true;
    }
  }
}
