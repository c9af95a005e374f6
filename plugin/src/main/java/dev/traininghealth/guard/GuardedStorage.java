package dev.traininghealth.guard;

import java.util.concurrent.atomic.AtomicLong;
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

  private final StatsStorageRouter router;
  private final AtomicLong puts = new AtomicLong();
  private final LongSupplier nanoTime;
  private boolean warned;

  /** When the call under way began; {@link #NO_CALL} between calls. */
  private volatile long calledAt = NO_CALL;

  private volatile boolean warnedOfSlowness;
  private int slowCalls;

  /**
   * Guards a storage.
   *
   * @param router the user's storage
   */
  public GuardedStorage(StatsStorageRouter router) {
    this(router, System::nanoTime);
  }

  GuardedStorage(StatsStorageRouter router, LongSupplier nanoTime) {
    this.router = router;
    this.nanoTime = nanoTime;
  }

  /**
   * Writes to the storage.
   *
   * @param put the call of the storage
   * @return whether the storage accepted it; false if it is closed or has thrown
   */
  public boolean put(Consumer<StatsStorageRouter> put) {
    try {
      if (router instanceof StatsStorage storage && storage.isClosed()) {
        failed("it is closed", null);
        return false;
      }
      call(put);
      puts.incrementAndGet();
      return true;
    } catch (Throwable e) { // storages also throw Errors, e.g. after their file was closed
      failed(e.toString(), e);
      return false;
    }
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
    return String.valueOf(router);
  }

  /** {@return the number of successful writes, which shows that the storage does not hang} */
  public long puts() {
    return puts.get();
  }

  private void failed(String why, @Nullable Throwable cause) {
    if (warned) {
      log.debug("{} still accepts no records: {}", router, why, cause);
      return;
    }
    warned = true;
    log.warn(
        "{} accepts no records: {}. Training continues. Records are kept in memory, older ones"
            + " coarser, and are written later. Check that the storage is open and writable, and"
            + " keep it open until training has ended.",
        router,
        why,
        cause);
  }
}
