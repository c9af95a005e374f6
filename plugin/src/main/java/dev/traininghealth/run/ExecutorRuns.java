package dev.traininghealth.run;

import dev.traininghealth.guard.Guard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.nn.api.Model;

/**
 * The runs of Spark's workers in this program, an executor. DL4J makes a new network and a new
 * listener for each round, so that a run is kept here from one round to the next, by session and
 * worker. With it are kept its statistics, its active diagnoses and its history of records.
 *
 * <p>An executor does not know when training ends. A run without an iteration for an hour ends. If
 * Spark moves a worker to another executor, its run starts there anew. If the driver is in the same
 * program, the runs end with its listener.
 *
 * <p>Thread-safe.
 */
final class ExecutorRuns {
  /** The runs of this program. */
  static final ExecutorRuns SHARED =
      new ExecutorRuns(
          System::nanoTime,
          task ->
              CompletableFuture.delayedExecutor(
                      ExecutorRuns.MAX_IDLE.toNanos(), TimeUnit.NANOSECONDS)
                  .execute(task));

  /** Time without an iteration after which a run ends: longer than an epoch's evaluation takes. */
  static final Duration MAX_IDLE = Duration.ofHours(1);

  /** Runs that are kept at once. Those used least recently end. */
  static final int MAX_KEPT = 64;

  private final LongSupplier nanoTime;
  private final Consumer<Runnable> later;
  private final Guard ending =
      Guard.retrying(
          "Ending the run of a Spark worker", "its memory is freed by garbage collection");

  /** By session, worker and number of the network, the least recently used first. */
  private final Map<List<Object>, Kept> kept = new LinkedHashMap<>();

  private boolean scheduled;

  /** A run and when its latest round started, of {@code System.nanoTime()}. */
  private record Kept(Pipeline pipeline, long startedAt) {
    long usedAt() {
      return pipeline.lastDoneNanos() == 0 ? startedAt : pipeline.lastDoneNanos();
    }
  }

  /**
   * Creates an object without runs.
   *
   * @param later runs a task after {@link #MAX_IDLE}, on another thread
   */
  ExecutorRuns(LongSupplier nanoTime, Consumer<Runnable> later) {
    this.nanoTime = nanoTime;
    this.later = later;
  }

  /**
   * Continues the run of a worker with the network and the router of its next round. A run starts
   * if the worker has none here, or if the network is not that of its run at a later iteration.
   *
   * @param key the session, then what distinguishes its runs
   */
  Pipeline continued(
      Model model, StatsStorageRouter router, List<Object> key, Supplier<Pipeline> start) {
    Kept before;
    synchronized (this) {
      before = kept.get(key);
    }
    Pipeline pipeline =
        before != null && before.pipeline.continueWith(model, router)
            ? before.pipeline
            : start.get();
    List<Kept> ended = new ArrayList<>();
    synchronized (this) {
      kept.remove(key);
      kept.put(key, new Kept(pipeline, nanoTime.getAsLong()));
      if (before != null && before.pipeline != pipeline) {
        ended.add(before);
      }
      for (Iterator<Kept> oldest = kept.values().iterator(); kept.size() > MAX_KEPT; ) {
        ended.add(oldest.next());
        oldest.remove();
      }
      schedule();
    }
    close(ended);
    return pipeline;
  }

  /** {@return whether a worker of this session has a run in this program} */
  synchronized boolean has(String sessionId) {
    return kept.keySet().stream().anyMatch(key -> key.get(0).equals(sessionId));
  }

  /** Ends the runs of a session. */
  void end(String sessionId) {
    List<Kept> ended = new ArrayList<>();
    synchronized (this) {
      kept.entrySet()
          .removeIf(each -> each.getKey().get(0).equals(sessionId) && ended.add(each.getValue()));
    }
    close(ended);
  }

  /** Ends the runs that have been idle for too long. */
  private void endIdle() {
    List<Kept> ended = new ArrayList<>();
    synchronized (this) {
      scheduled = false;
      long now = nanoTime.getAsLong();
      kept.values().removeIf(each -> now - each.usedAt() >= MAX_IDLE.toNanos() && ended.add(each));
      schedule();
    }
    close(ended);
  }

  /** Schedules the next search for idle runs, unless there is none to end. */
  private void schedule() {
    if (!scheduled && !kept.isEmpty()) {
      scheduled = true;
      later.accept(this::endIdle);
    }
  }

  private void close(List<Kept> ended) {
    for (Kept each : ended) {
      try {
        each.pipeline.close();
      } catch (RuntimeException e) {
        ending.failed(e);
      }
    }
  }
}
