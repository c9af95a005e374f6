package dev.traininghealth.publish;

import dev.traininghealth.guard.CpuTime;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that works for a recorder. It is a daemon that starts when there is work and ends
 * after an idle time. An unused listener therefore leaves neither a thread nor memory behind.
 */
final class RecorderThread implements ExitFlush.Flushing {
  private static final Logger log = LoggerFactory.getLogger(RecorderThread.class);

  /** Intervals without new data after which the thread ends. */
  private static final int IDLE_INTERVALS = 10;

  /** The same while the storage has not accepted everything. */
  private static final int FAILING_INTERVALS = 100;

  /**
   * Fraction of the flush interval that passes between a put and one that does not wait for the
   * interval: a tenth of a second by default.
   */
  private static final int URGENT_FRACTION = 10;

  /**
   * Maximum wait of the training thread for what should not wait, nanoseconds. A file storage takes
   * some milliseconds.
   */
  private static final long MAX_URGENT_WAIT_NANOS = 500_000_000;

  /** After such a wait the next one has to pause so many times as long. */
  private static final int PAUSE_PER_WAIT = 100;

  /** Whether the training thread waits for what was added, from never to whatever it takes. */
  private enum Waiting {
    NOT,
    SELDOM,
    ALWAYS
  }

  private final Work work;
  private final Object adding;
  private final long intervalNanos;
  private final long maxWaitNanos;
  private final long urgentPauseNanos;

  /** Set and cleared while {@link #adding} is held. */
  private @Nullable Thread thread;

  private boolean warned;

  private volatile boolean ending;

  /** Whether training had ended at the latest request of a flush. */
  private volatile boolean ended;

  private volatile long requested;
  private volatile long done;

  /** Whether a wait for a flush timed out and nothing was finished since: waiting is useless. */
  private volatile boolean stuck;

  /** Whether something was added that should not wait for the flush interval. */
  private volatile boolean urgent;

  private final AtomicReference<Waiting> waiting = new AtomicReference<>(Waiting.NOT);

  /** The {@link System#nanoTime} from which on the training thread may wait again. */
  private volatile long nextWait;

  private String lastMissing = "";
  private volatile long nanos;

  /** CPU time of the previous threads, nanoseconds. */
  private long nanosBefore;

  /** The thread's work for its recorder. */
  interface Work {
    /**
     * Hands over the data that waits for a flush; {@code adding} is held.
     *
     * @param reason why it is flushed
     */
    void flushing(FlushReason reason);

    /** Moves the rows that the training thread has added into the history, in memory. */
    void gather();

    /** Puts new data into the storage. Returns whether the storage accepted any. */
    boolean put();

    /**
     * Waits until a remote storage has what it accepted. Other storages have it at once.
     *
     * @param maxNanos the longest wait, nanoseconds
     * @param last whether nothing more will be added
     */
    void awaitDelivery(long maxNanos, boolean last);

    /** Number of calls that the storage accepted; read by other threads. */
    long puts();

    /** CPU time of one-time work, nanoseconds. */
    long onceNanos();

    /** Whether rows were added that are not gathered yet. */
    boolean hasMore();

    /** Whether the storage has everything. */
    boolean isAllPut();

    /** What the storage does not have, as the part of a sentence; empty if it has everything. */
    String missing();

    /** Warns of a storage that does not answer; read by the training thread. */
    void checkAnswer();

    /** The name of the storage in messages. */
    String storage();
  }

  /**
   * Creates the object; {@link #start} starts the thread.
   *
   * @param adding the monitor that is held while something is added
   * @param maxWaitNanos maximum wait for a flush while the storage accepts nothing; the maximum of
   *     all waits is five times as long
   */
  RecorderThread(Work work, Object adding, long intervalNanos, long maxWaitNanos) {
    this.work = work;
    this.adding = adding;
    this.intervalNanos = intervalNanos;
    this.maxWaitNanos = maxWaitNanos;
    urgentPauseNanos = intervalNanos / URGENT_FRACTION;
  }

  /** CPU time so far without one-time work, nanoseconds. */
  long nanos() {
    return nanos;
  }

  /** Starts the thread if there is none; {@code adding} is held. */
  void start() {
    if (thread != null) {
      return;
    }
    Thread t = new Thread(this::run, "training-health-recorder");
    t.setDaemon(true);
    try {
      t.start();
      thread = t;
    } catch (OutOfMemoryError e) { // no more threads; the training thread empties the ring
      if (!warned) {
        warned = true;
        log.warn("No thread could be started to write this run's records: {}", e.toString());
      }
    }
  }

  void wake() {
    LockSupport.unpark(thread);
  }

  /**
   * Has the thread put what was added, a tenth of the flush interval after the last put at the
   * earliest. A program that is ended right afterwards has then stored it.
   */
  void putSoon() {
    urgent = true;
    wake();
  }

  /** Requests a flush, except from this thread itself or after {@link #end}. */
  @Override
  public long beginFlush(FlushReason reason) {
    synchronized (adding) {
      return ending || Thread.currentThread() == thread ? 0 : request(reason);
    }
  }

  /**
   * Has the next {@link #awaitUrgent} wait until the storage has what was added.
   *
   * @param always false for what was added before in a similar form, as each tenth minibatch may be
   *     broken: then it waits for a hundredth of the time at most, and {@link #putSoon} does the
   *     rest
   */
  void requestWait(boolean always) {
    waiting.accumulateAndGet(
        always ? Waiting.ALWAYS : Waiting.SELDOM, (a, b) -> a.compareTo(b) > 0 ? a : b);
  }

  /** Waits on the training thread, if that was requested. */
  void awaitUrgent() {
    if (waiting.get() == Waiting.NOT) {
      return;
    }
    Waiting requested = waiting.getAndSet(Waiting.NOT);
    long start = System.nanoTime();
    if (requested == Waiting.SELDOM && start - nextWait < 0) {
      return;
    }
    awaitPut(start + MAX_URGENT_WAIT_NANOS);
    long now = System.nanoTime();
    nextWait = now + (now - start) * PAUSE_PER_WAIT;
  }

  /** Waits until the storage has what was added, but not for one that hangs. */
  private void awaitPut(long end) {
    long ticket = beginFlush(FlushReason.REQUESTED);
    synchronized (work) {
      while (done < ticket && !stuck) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          stuck = true;
          return;
        }
        try {
          TimeUnit.NANOSECONDS.timedWait(work, left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }

  private long request(FlushReason reason) {
    ended = reason.isLast();
    work.flushing(reason);
    start();
    long ticket = requested + 1;
    requested = ticket;
    wake();
    return ticket;
  }

  /**
   * Requests that the thread puts the added data and ends; {@code adding} is held.
   *
   * @return the ticket to wait for, as that of {@link #beginFlush}
   */
  long end() {
    long ticket = request(FlushReason.RUN_ENDED);
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
        long left = Math.min(moved + maxWaitNanos - now, start + 5 * maxWaitNanos - now);
        if (left <= 0) {
          stuck = true;
          break;
        }
        try {
          TimeUnit.NANOSECONDS.timedWait(work, left);
        } catch (InterruptedException e) {
          interrupted = true; // the storage is called by another thread, and the wait is short
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (done < ticket || !work.isAllPut()) { // rows may have been added since, which is no failure
      warnOfMissing();
    }
  }

  /** Warns of what the storage does not have after a wait for it, once for the same. */
  private void warnOfMissing() {
    work.checkAnswer();
    String missing = work.missing();
    synchronized (work) {
      if (missing.isEmpty() || missing.equals(lastMissing)) {
        return;
      }
      lastMissing = missing;
    }
    log.warn(
        "{} did not take everything in time: {} are not stored. They are lost if the program ends"
            + " now.",
        work.storage(),
        missing);
  }

  private void run() {
    nanosBefore = nanos + work.onceNanos();
    int idle = 0;
    PutPace pace = new PutPace(intervalNanos, System.nanoTime());
    long lastPut = System.nanoTime() - urgentPauseNanos;
    try {
      while (true) {
        work.gather();
        long ticket = requested;
        boolean now = urgent && System.nanoTime() - lastPut >= urgentPauseNanos;
        if (ticket != done || now || pace.isDue(System.nanoTime())) {
          urgent = false;
          lastPut = System.nanoTime();
          work.gather(); // again, to include what was added before the request
          long before = CpuTime.ofCurrentThread() - work.onceNanos();
          idle = work.put() ? 0 : idle + 1;
          pace.put(System.nanoTime(), CpuTime.ofCurrentThread() - work.onceNanos() - before);
          if (ticket != done) {
            work.awaitDelivery(maxWaitNanos, ended);
          }
          finished(ticket);
          boolean enough = idle > (work.isAllPut() ? IDLE_INTERVALS : FAILING_INTERVALS);
          if ((enough || ending) && endIfNothingIsAdded()) {
            return;
          }
        }
        if (requested == done) {
          long sleep = pace.nanosToSleep(System.nanoTime());
          LockSupport.parkNanos(this, urgent ? Math.min(sleep, urgentPauseNanos) : sleep);
        }
      }
    } catch (Throwable e) {
      if (!warned) {
        warned = true;
        log.warn("Writing the records of this run failed; training goes on.", e);
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
