package dev.traininghealth.parity;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Holds the first minibatch back until all replicas have copied the network. DL4J does not: the
 * first worker trains the network itself while others copy it, so that no run equals another.
 */
final class Replicas extends BaseTrainingListener implements RoutingIterationListener {
  private static final long serialVersionUID = 1L;

  private final transient CountDownLatch copied;

  Replicas(int workers) {
    copied = new CountDownLatch(workers);
  }

  /** Called for each worker, once it has its replica. */
  @Override
  @SuppressWarnings("MissingSuperCall") // the replicas share this listener
  public Replicas clone() {
    copied.countDown();
    return this;
  }

  /** {@return an iterator of the minibatches that waits for the replicas} */
  ExistingDataSetIterator iterator(List<DataSet> data) {
    return new ExistingDataSetIterator(data) {
      private static final long serialVersionUID = 1L;

      @Override
      public DataSet next() {
        try {
          if (!copied.await(20, TimeUnit.SECONDS)) {
            throw new IllegalStateException("no replicas");
          }
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
        return super.next();
      }
    };
  }

  @Override
  public void setStorageRouter(StatsStorageRouter router) {}

  @Override
  public @Nullable StatsStorageRouter getStorageRouter() {
    return null;
  }

  @Override
  public void setWorkerID(String worker) {}

  @Override
  public String getWorkerID() {
    return "";
  }

  @Override
  public void setSessionID(String session) {}

  @Override
  public String getSessionID() {
    return "";
  }
}
