package dev.traininghealth.intervene.workers;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.text.Message;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One worker's access to its group.
 *
 * <p>Not thread-safe: only the worker's training thread may use it.
 *
 * @hidden
 */
public final class GroupMember {
  private final WorkerGroup group;

  /** The first iteration whose requests this worker has not seen. */
  private long unseen;

  private boolean started;
  private boolean stopped;

  GroupMember(WorkerGroup group, long firstIteration) {
    this.group = group;
    unseen = firstIteration - 1;
  }

  /**
   * Returns the factor that this worker's learning rates already have, at the end of its first
   * iteration; 1 afterwards.
   *
   * @return the factor on the configured rates of the network that DL4J has copied for this worker
   */
  public double inheritedFactor() {
    if (started) {
      return 1;
    }
    started = true;
    return group.factorAtJoin();
  }

  /**
   * Requests other learning rates of all workers.
   *
   * @param iteration the iteration that has just ended
   * @param factor on the configured rates, above 0
   * @param diagnosis the reason; null if the rates are raised
   * @param reason the same in words
   */
  public void requestRates(
      long iteration, double factor, @Nullable Diagnosis diagnosis, Message reason) {
    group.request(new WorkerChange(this, factor, diagnosis, reason), iteration);
  }

  /**
   * Requests that all workers stop.
   *
   * @param iteration the iteration that has just ended
   * @param diagnosis the problem
   * @param reason why no other intervention is left
   */
  public void requestStop(long iteration, Diagnosis diagnosis, Message reason) {
    group.request(new WorkerChange(this, Double.NaN, diagnosis, reason), iteration);
  }

  /**
   * Returns a change that this worker must make now, and each only once: first rates, then a stop.
   *
   * @param iteration the iteration that has just ended
   * @return null if there is none left
   */
  public @Nullable WorkerChange due(long iteration) {
    if (!group.isAnyRequested()) {
      return null;
    }
    Map.Entry<Long, WorkerChange> rates = group.rates(unseen, iteration);
    if (rates != null) {
      unseen = rates.getKey() + 1;
      return rates.getValue();
    }
    WorkerChange stop = stopped ? null : group.raiseStop(iteration);
    stopped |= stop != null;
    return stop;
  }
}
