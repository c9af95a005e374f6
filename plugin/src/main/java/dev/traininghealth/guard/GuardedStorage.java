package dev.traininghealth.guard;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
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

  private final StatsStorageRouter router;
  private final AtomicLong puts = new AtomicLong();
  private boolean warned;

  /**
   * Guards a storage.
   *
   * @param router the user's storage
   */
  public GuardedStorage(StatsStorageRouter router) {
    this.router = router;
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
      put.accept(router);
      puts.incrementAndGet();
      return true;
    } catch (Throwable e) { // storages also throw Errors, e.g. after their file was closed
      failed(e.toString(), e);
      return false;
    }
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
