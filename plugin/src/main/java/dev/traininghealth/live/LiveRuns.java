package dev.traininghealth.live;

import dev.traininghealth.detect.Severity;
import dev.traininghealth.guard.Guard;
import dev.traininghealth.intervene.Intervention.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The open runs of one listener and its clones, and the counts of those that have ended.
 *
 * <p>Thread-safe. Watchers are called without the lock.
 *
 * @hidden
 */
public final class LiveRuns implements LiveNumbers {
  /**
   * Kinds of diagnoses that are counted apart. The plugin has fewer than 40 problems, of up to
   * three severities; the rest is for detectors of the user, which may make a name of any text.
   */
  static final int MAX_FOUND = 256;

  /** Name under which problems beyond the limit are counted. */
  static final String OTHER = "other";

  private final List<LiveRun> open = new ArrayList<>();

  /**
   * Counts by severity and problem. A {@link Found} as the key would have its {@code hashCode}
   * generated on the training thread, which takes milliseconds.
   */
  private final Map<Severity, Map<String, Long>> diagnoses = new EnumMap<>(Severity.class);

  private int kinds;
  private final Map<Kind, Long> endedInterventions = new EnumMap<>(Kind.class);
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
  private final Guard guard =
      Guard.retrying("A watcher of the listener's numbers", "it does not learn of this change");
  private long endedIterations;

  /** {@return a run that starts} */
  public LiveRun start() {
    return new LiveRun(this);
  }

  void add(LiveRun run) {
    synchronized (this) {
      open.add(run);
    }
    tell(Watcher::onChange);
  }

  void count(String problem, Severity severity) {
    boolean isNew;
    synchronized (this) {
      Map<String, Long> counts = diagnoses.computeIfAbsent(severity, s -> new HashMap<>());
      boolean hasRoom = kinds < MAX_FOUND - Severity.values().length;
      String counted = counts.containsKey(problem) || hasRoom ? problem : OTHER;
      isNew = counts.merge(counted, 1L, Long::sum) == 1;
      kinds += isNew ? 1 : 0;
    }
    if (isNew) {
      tell(Watcher::onChange);
    }
  }

  synchronized void end(LiveRun run) {
    if (open.remove(run)) {
      endedIterations += run.iterations();
      run.interventions().forEach((kind, n) -> endedInterventions.merge(kind, n, Long::sum));
    }
  }

  /** Called when the listener is closed, after its runs have ended. */
  public void close() {
    tell(Watcher::onClose);
  }

  private void tell(Consumer<Watcher> what) {
    for (Watcher watcher : watchers) {
      try {
        what.accept(watcher);
      } catch (Throwable e) {
        guard.failed(e);
      }
    }
  }

  @Override
  public synchronized @Nullable Latest latest() {
    Latest latest = null;
    for (LiveRun run : open) {
      Latest other = run.latest();
      if (other != null
          && (latest == null
              || other.measurement().timeMillis() >= latest.measurement().timeMillis())) {
        latest = other;
      }
    }
    return latest;
  }

  @Override
  public synchronized long iterations() {
    return endedIterations + open.stream().mapToLong(LiveRun::iterations).sum();
  }

  @Override
  public synchronized Map<Found, Long> diagnoses() {
    Map<Found, Long> counts = new HashMap<>();
    diagnoses.forEach(
        (severity, problems) ->
            problems.forEach((problem, n) -> counts.put(new Found(problem, severity), n)));
    return Map.copyOf(counts);
  }

  @Override
  public synchronized Map<Kind, Long> interventions() {
    Map<Kind, Long> counts = new EnumMap<>(endedInterventions);
    open.forEach(run -> run.interventions().forEach((kind, n) -> counts.merge(kind, n, Long::sum)));
    return Map.copyOf(counts);
  }

  @Override
  public void watch(Watcher watcher) {
    watchers.add(watcher);
  }

  @Override
  public void unwatch(Watcher watcher) {
    watchers.remove(watcher);
  }
}
