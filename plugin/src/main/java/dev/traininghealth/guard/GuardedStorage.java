package dev.traininghealth.guard;

import dev.traininghealth.guard.RemoteDelivery.State;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only way in which the plugin writes to the user's storage.
 *
 * <p>Nothing that a storage throws reaches the caller. The first failure is logged as a warning
 * with its cause, later ones at debug level.
 *
 * @hidden
 */
public final class GuardedStorage {
  private static final Logger log = LoggerFactory.getLogger(GuardedStorage.class);

  /** Time without an answer after which a warning is due. A storage on a busy disk takes less. */
  private static final long MAX_ANSWER_NANOS = 5_000_000_000L;

  /** Duration of a call that is slow: a record a second cannot keep up with a run. */
  private static final long SLOW_CALL_NANOS = 1_000_000_000L;

  /** Slow calls in a row of which a warning is due, so that one slow start is none. */
  private static final int MAX_SLOW_CALLS = 3;

  private static final long NO_CALL = Long.MIN_VALUE;

  /**
   * Records that may wait in a remote router. One that reaches its UI has none most of the time.
   */
  static final int MAX_WAITING = 200;

  /** Time between two looks at a remote router. */
  private static final long LOOK_NANOS = 2_000_000;

  private static final String KEEP_OPEN =
      "Check that the storage is open and writable, and keep it open until training has ended.";

  private static final String KEEP_UI_RUNNING =
      "Check that the UI runs at that address, that enableRemoteListener() was called there, and"
          + " what RemoteUIStatsStorageRouter has logged.";

  private final StatsStorageRouter router;

  /** Receives the same records, whatever the storage does; null for none. */
  private final @Nullable StatsStorageRouter copy;

  private final Guard copying;
  private final AtomicLong puts = new AtomicLong();
  private final LongSupplier nanoTime;
  private boolean warned;

  /** When the call under way began; {@link #NO_CALL} between calls. */
  private volatile long calledAt = NO_CALL;

  private volatile boolean warnedOfSlowness;
  private int slowCalls;

  /** Whether the storage takes no more records of this round, so that only the copy does. */
  private boolean refuses;

  /** Null if the storage is no remote router. */
  private final @Nullable RemoteDelivery remote;

  /** Whether the remote router has dropped records since {@link #takeLoss}. */
  private volatile boolean lossy;

  /** Whether a wait for the remote router was in vain, so that the next one is. */
  private boolean waitedInVain;

  /**
   * Guards a storage.
   *
   * @param router the user's storage
   */
  public GuardedStorage(StatsStorageRouter router) {
    this(router, null);
  }

  /**
   * Guards a storage, and copies its records.
   *
   * @param router the user's storage
   * @param copy receives the same records, and some of them repeatedly while the storage fails;
   *     null for none
   */
  public GuardedStorage(StatsStorageRouter router, @Nullable StatsStorageRouter copy) {
    this(router, copy, System::nanoTime);
  }

  GuardedStorage(
      StatsStorageRouter router, @Nullable StatsStorageRouter copy, LongSupplier nanoTime) {
    this.router = router;
    this.copy = copy;
    this.nanoTime = nanoTime;
    copying = Guard.enduring("Writing records to " + copy, "it lacks some of them");
    remote = RemoteDelivery.of(router);
  }

  /**
   * Begins a round of writing. In a round in which the storage is not {@linkplain #isReady ready},
   * and after its first failure in a round, it is not called, and only the copy receives records.
   *
   * @return whether the storage is ready
   */
  public boolean startRound() {
    refuses = !isReady();
    return !refuses;
  }

  /** Whether the records are copied, so that they must be put whatever the storage does. */
  public boolean isCopied() {
    return copy != null;
  }

  /**
   * Writes to the storage.
   *
   * @param put the call of the storage
   * @return whether the storage accepted it; false if it is closed or has thrown, now or before in
   *     this round
   */
  public boolean put(Consumer<StatsStorageRouter> put) {
    copy(put);
    if (refuses) {
      return false;
    }
    refuses = true;
    try {
      if (router instanceof StatsStorage storage && storage.isClosed()) {
        failed("it is closed", KEEP_OPEN, null);
        return false;
      }
      call(put);
      puts.incrementAndGet();
      refuses = false;
    } catch (Throwable e) { // storages also throw Errors, e.g. after their file was closed
      failed(e);
    }
    return !refuses;
  }

  /**
   * Records the end of a run where a reader does not see it otherwise. It is not a call of a
   * storage that may be closed by then.
   *
   * @param session the session of the run
   * @param worker its worker
   */
  public void putEnd(String session, String worker) {
    if (router instanceof RunEndRouter end) {
      put(any -> end.putEnd(session, worker));
    } else if (copy instanceof RunEndRouter end) {
      copy(any -> end.putEnd(session, worker));
    }
  }

  private void copy(Consumer<StatsStorageRouter> put) {
    if (copy == null || copying.isOff()) {
      return;
    }
    try {
      put.accept(copy);
      copying.succeeded();
    } catch (Throwable e) {
      copying.failed(e);
    }
  }

  /** Reports what a storage has thrown, even if that cannot be printed. */
  private void failed(Throwable e) {
    try {
      failed(e.toString(), KEEP_OPEN, e);
    } catch (Throwable unprintable) { // a method of it fails
      failed(e.getClass().getName(), KEEP_OPEN, null);
    }
  }

  /**
   * Whether the storage should be written to now. A remote router that has ended, or in which many
   * records wait, should not. A warning has then said so.
   *
   * @return true for any other storage
   */
  public boolean isReady() {
    if (remote == null) {
      return true;
    }
    State state = look(remote);
    if (state == State.ENDED) {
      failed("it was closed, or has given up after failures", KEEP_UI_RUNNING, null);
      return false;
    }
    int waiting = remote.waiting();
    if (waiting <= MAX_WAITING) {
      return true;
    }
    failed(waiting + " records wait in it, because it cannot send them", KEEP_UI_RUNNING, null);
    return false;
  }

  private State look(RemoteDelivery delivery) {
    State state = delivery.state();
    if (state == State.FAILING) {
      lossy = true;
      failed("it cannot send them", KEEP_UI_RUNNING, null);
    }
    if (state == State.IDLE) {
      waitedInVain = false;
    }
    return state;
  }

  /**
   * Whether the storage has what it has accepted. A remote router has it only when it is sent.
   *
   * @return true for any other storage
   */
  public boolean isDelivered() {
    return remote == null || (!lossy && remote.state() == State.IDLE);
  }

  /**
   * Waits until a remote router has sent or dropped what it has accepted. During training it waits
   * only if the router can send, and not again after a wait in vain.
   *
   * @param maxNanos the longest wait, nanoseconds
   * @param last whether training has ended
   */
  public void awaitDelivery(long maxNanos, boolean last) {
    if (remote == null) {
      return;
    }
    long end = nanoTime.getAsLong() + (waitedInVain && !last ? 0 : maxNanos);
    State state = look(remote);
    while (state == State.SENDING || (last && state == State.FAILING)) {
      if (nanoTime.getAsLong() - end >= 0) {
        waitedInVain = true;
        return;
      }
      LockSupport.parkNanos(LOOK_NANOS);
      state = look(remote);
    }
  }

  /**
   * Whether a remote router has dropped records and can now be given them again.
   *
   * @return true once for each loss
   */
  public boolean takeLoss() {
    if (remote == null || !lossy || remote.state() != State.IDLE) {
      return false;
    }
    lossy = false;
    return true;
  }

  private void call(Consumer<StatsStorageRouter> put) {
    long start = nanoTime.getAsLong();
    calledAt = start;
    try {
      put.accept(router);
    } finally {
      calledAt = NO_CALL;
    }
    slowCalls = nanoTime.getAsLong() - start >= SLOW_CALL_NANOS ? slowCalls + 1 : 0;
    if (slowCalls >= MAX_SLOW_CALLS && !warnedOfSlowness) {
      warnedOfSlowness = true;
      log.warn(
          "{} takes more than a second for each record. Training continues, and older records"
              + " become coarser. Use a faster storage, or a longer flushInterval.",
          router);
    }
  }

  /** Warns once of a call that has no answer. Any thread may call it at every iteration. */
  public void checkAnswer() {
    long start = calledAt;
    if (start == NO_CALL || warnedOfSlowness) {
      return;
    }
    long passed = nanoTime.getAsLong() - start;
    if (passed >= MAX_ANSWER_NANOS) {
      warnedOfSlowness = true;
      log.warn(
          "{} has not answered for {} s. Training continues, and older records become coarser until"
              + " it answers. Check the disk or the machine that it writes to.",
          router,
          passed / 1_000_000_000L);
    }
  }

  /** {@return the storage as its class describes it} */
  public String name() {
    try {
      return String.valueOf(router);
    } catch (Throwable e) { // the user's code
      return router.getClass().getName();
    }
  }

  /** {@return the number of successful writes, which shows that the storage does not hang} */
  public long puts() {
    return puts.get();
  }

  private void failed(String why, String remedy, @Nullable Throwable cause) {
    if (warned) {
      log.debug("{} still accepts no records: {}", router, why, cause);
      return;
    }
    log.warn(
        "{} accepts no records: {}. Training continues. Records are kept in memory, older ones"
            + " coarser, and are written later. {}",
        router,
        why,
        remedy,
        cause);
    warned = true; // not if the cause could not be printed
  }
}
