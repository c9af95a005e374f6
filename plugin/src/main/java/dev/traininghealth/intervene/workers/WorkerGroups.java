package dev.traininghealth.intervene.workers;

import java.util.concurrent.ConcurrentMap;
import org.nd4j.shade.guava.collect.MapMaker;

/**
 * The groups of the workers that train with clones of one listener.
 *
 * <p>A group are the workers that share one gradients accumulator, those of one {@code
 * ParallelWrapper}. Thread-safe.
 *
 * @hidden
 */
public final class WorkerGroups {
  /** By identity, as long as the accumulator exists. */
  private final ConcurrentMap<Object, WorkerGroup> groups = new MapMaker().weakKeys().makeMap();

  /** Creates an object without groups. */
  public WorkerGroups() {}

  /**
   * Returns the group of the workers that share an accumulator.
   *
   * @param accumulator the gradients accumulator of all of them
   * @return the same group for the same object
   */
  public WorkerGroup of(Object accumulator) {
    return groups.computeIfAbsent(accumulator, key -> new WorkerGroup());
  }
}
