package dev.traininghealth.guard;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way to the storage. Whatever a storage throws ends here: the first time it is a warning
 * with the cause, later ones are told at debug level.
 *
 * @hidden
 */
public final class GuardedStorage {
  private static final Logger log = LoggerFactory.getLogger(GuardedStorage.class);

  private final StatsStorageRouter router;
  private final AtomicLong puts = new AtomicLong();
  private boolean warned;

  /** Guards a storage of the user's. */
  public GuardedStorage(StatsStorageRouter router) {
    this.router = router;
  }

  /**
   * Puts something into the storage.
   *
   * @return whether the storage has taken it
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
    } catch (Throwable e) { // storages throw Errors as well, e.g. when their file is closed
      failed(e.toString(), e);
      return false;
    }
  }

  /** How often the storage has taken something: the sign that it does not hang. */
  public long puts() {
    return puts.get();
  }

  private void failed(String why, @Nullable Throwable cause) {
    if (warned) {
      log.debug("{} still takes no records: {}", router, why, cause);
      return;
    }
    warned = true;
    log.warn(
        "{} takes no records: {}. Training goes on; the records are kept in memory, older ones"
            + " coarser, and put again later. Check that the storage is open and can be written"
            + " to, and keep it open until training has ended.",
        router,
        why,
        cause);
  }
}
