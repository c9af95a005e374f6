package dev.traininghealth;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serial;
import java.io.Serializable;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.jspecify.annotations.Nullable;

/**
 * The destination of a listener's records: a storage, and the session and worker within it. Code
 * that sends a listener to workers sets them here. Each change ends the current run. Serializing
 * the listener drops a storage that cannot be serialized.
 */
abstract class RoutedListener extends BaseTrainingListener
    implements RoutingIterationListener, AutoCloseable {
  @Serial private static final long serialVersionUID = 1L;

  private String sessionId;
  private String workerId;
  private transient @Nullable StatsStorageRouter storage;

  RoutedListener(@Nullable StatsStorageRouter storage, String sessionId, String workerId) {
    this.storage = storage;
    this.sessionId = sessionId;
    this.workerId = workerId;
  }

  /** Ends the current run. */
  @Override
  public abstract void close();

  @Override
  public void setStorageRouter(@Nullable StatsStorageRouter router) {
    if (router != storage) {
      close();
      storage = router;
    }
  }

  /** Replaces the storage by a router that passes on to it. Runs that are open continue. */
  void routeThrough(StatsStorageRouter router) {
    storage = router;
  }

  @Override
  public @Nullable StatsStorageRouter getStorageRouter() {
    return storage;
  }

  @Override
  public void setWorkerID(String workerId) {
    notBlank("workerId", workerId);
    if (!workerId.equals(this.workerId)) {
      close();
      this.workerId = workerId;
    }
  }

  @Override
  public String getWorkerID() {
    return workerId;
  }

  @Override
  public void setSessionID(String sessionId) {
    notBlank("sessionId", sessionId);
    if (!sessionId.equals(this.sessionId)) {
      close();
      this.sessionId = sessionId;
    }
  }

  @Override
  public String getSessionID() {
    return sessionId;
  }

  @Override
  public abstract RoutingIterationListener clone();

  @Serial
  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    out.writeObject(storage instanceof Serializable ? storage : null);
  }

  @Serial
  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    storage = (StatsStorageRouter) in.readObject();
  }

  static String notBlank(String name, String value) {
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(name + " must not be null or blank, was " + value);
    }
    return value;
  }
}
