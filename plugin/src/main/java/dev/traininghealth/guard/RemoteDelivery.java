package dev.traininghealth.guard;

import java.lang.reflect.Field;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.impl.RemoteUIStatsStorageRouter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows whether DL4J's remote router delivers what it accepts.
 *
 * <p>{@link RemoteUIStatsStorageRouter} (1.0.0-M2.1) accepts every record into a queue without
 * limit, and a thread of its own sends them. It drops one record at each failure, and all after
 * some failures in a row. It tells its callers nothing of this, so its private fields are read. If
 * DL4J changes them, the router is treated like any other.
 */
final class RemoteDelivery {
  private static final Logger log = LoggerFactory.getLogger(RemoteDelivery.class);

  /** What the router's thread does. */
  enum State {
    /** Everything was sent. */
    IDLE,
    /** Something is being sent, or waits. */
    SENDING,
    /** A record was dropped, because it could not be sent; the next try comes later. */
    FAILING,
    /** Nothing will be sent any more. */
    ENDED
  }

  private final RemoteUIStatsStorageRouter router;
  private final Field queue;
  private final Field thread;
  private final AtomicBoolean shutdown;

  private RemoteDelivery(RemoteUIStatsStorageRouter router) throws ReflectiveOperationException {
    this.router = router;
    queue = field("queue");
    thread = field("postThread");
    shutdown = (AtomicBoolean) field("shutdown").get(router);
  }

  private static Field field(String name) throws ReflectiveOperationException {
    Field field = RemoteUIStatsStorageRouter.class.getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }

  /** {@return the delivery of a router; null if it is no remote one, or one that is not known} */
  static @Nullable RemoteDelivery of(StatsStorageRouter router) {
    if (router instanceof RemoteUIStatsStorageRouter remote) {
      try {
        return new RemoteDelivery(remote);
      } catch (ReflectiveOperationException | RuntimeException e) {
        log.debug("Whether {} delivers is not known", router, e);
      }
    }
    return null;
  }

  /** {@return the state, if the calling thread is the only one that writes to the router} */
  State state() {
    if (shutdown.get()) {
      return State.ENDED;
    }
    boolean nothingWaits = waiting() == 0; // before the thread's state, which follows from it
    if (!(get(thread) instanceof Thread sender)) {
      return nothingWaits ? State.IDLE : State.SENDING;
    }
    return switch (sender.getState()) {
      case TERMINATED -> State.ENDED;
      case TIMED_WAITING -> State.FAILING;
      case WAITING -> nothingWaits ? State.IDLE : State.SENDING;
      default -> State.SENDING;
    };
  }

  /** {@return the number of records that wait, besides those that are being sent} */
  int waiting() {
    return get(queue) instanceof Queue<?> records ? records.size() : 0;
  }

  private @Nullable Object get(Field field) {
    try {
      return field.get(router);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e); // it was made accessible
    }
  }
}
