package dev.traininghealth.intervene.workers;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Workers that share their gradients, and the changes that they make together.
 *
 * <p>DL4J's accumulator lets no worker finish iteration {@code i + 1} before each of them has begun
 * it, and so has finished iteration {@code i}. What a worker requests at the end of iteration
 * {@code i} is therefore known to all of them at the end of iteration {@code i + 1}. There each of
 * them makes the change, and the update of {@code i + 2} is the first one with it. If several
 * workers request a learning rate at the same iteration, the lowest one counts.
 *
 * <p>All workers join at the first iteration of each {@code fit}. What was requested at the last
 * iteration before is due at the end of that first one.
 *
 * <p>Thread-safe.
 *
 * @hidden
 */
public final class WorkerGroup {
  /** The requested rates by the iteration of the request. */
  private final NavigableMap<Long, WorkerChange> rates = new TreeMap<>();

  private @Nullable WorkerChange stop;
  private long stopIteration;
  private boolean stopRaised;

  private long joinIteration = Long.MIN_VALUE;
  private double factorAtJoin = 1;

  /** Whether anything was requested since the workers joined. */
  private volatile boolean requested;

  WorkerGroup() {}

  /**
   * Adds a worker at its first gradient.
   *
   * @param iteration its first iteration, at which the other workers join as well
   * @param factor the present factor on its configured learning rates. DL4J copies the network of
   *     one worker for the others, which take its scaled rates for the configured ones: their
   *     factor is 1
   * @return the worker's access to this group
   */
  public synchronized GroupMember join(long iteration, double factor) {
    if (iteration != joinIteration) {
      joinIteration = iteration;
      factorAtJoin = 1;
    }
    if (factor != 1) {
      factorAtJoin = factor;
    }
    rates.headMap(iteration - 1).clear();
    rates.tailMap(iteration).clear(); // of a network whose iterations were counted from 0 again
    if (stopRaised || stopIteration != iteration - 1) {
      stop = null;
      stopRaised = false;
    }
    requested = !rates.isEmpty() || stop != null;
    return new GroupMember(this, iteration);
  }

  /** {@return the factor of the worker whose network was copied for the others} */
  synchronized double factorAtJoin() {
    return factorAtJoin;
  }

  synchronized void request(WorkerChange change, long iteration) {
    if (!change.isStop()) {
      rates.headMap(iteration - 1).clear(); // all workers have seen these
      rates.merge(iteration, change, (a, b) -> a.factor() <= b.factor() ? a : b);
    } else if (stop == null) {
      stop = change;
      stopIteration = iteration;
    }
    requested = true;
  }

  /** {@return whether there may be anything to do; reads one field, as at most iterations} */
  boolean isAnyRequested() {
    return requested;
  }

  /**
   * {@return the latest rates that were requested in a range of iterations, or null}
   *
   * @param from first iteration
   * @param to iteration after the last one
   */
  synchronized Map.@Nullable Entry<Long, WorkerChange> rates(long from, long to) {
    if (rates.isEmpty() || rates.lastKey() < from || from >= to) {
      return null; // the usual case, without creating a view
    }
    return rates.subMap(from, true, to, false).lastEntry();
  }

  /** {@return the stop, if it was requested before an iteration, or null} */
  synchronized @Nullable WorkerChange raiseStop(long iteration) {
    if (stop == null || stopIteration >= iteration) {
      return null;
    }
    stopRaised = true;
    return stop;
  }
}
