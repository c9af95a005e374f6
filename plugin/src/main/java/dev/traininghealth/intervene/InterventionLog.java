package dev.traininghealth.intervene;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.text.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What has been done in a run. What is done again within {@value #MERGE_WINDOW} iterations about
 * the same diagnosis, as clipping is, is one intervention, which is told when it begins and
 * whenever it has been done twice as often; {@link #settle} tells the rest.
 *
 * <p>Thread-safe: a flush of any thread settles, and lists are read by any.
 */
final class InterventionLog {
  /** Interventions that are listed; older ones are counted alone. */
  static final int MAX_LISTED = 1000;

  private static final int MERGE_WINDOW = 50;

  /** How many of a kind are remembered one by one. */
  private static final int MERGEABLE = 128;

  private final boolean applied;
  private final Consumer<Intervention> sink;

  /** By id, in the order in which they were done last. */
  private final LinkedHashMap<Long, Intervention> list = new LinkedHashMap<>();

  private final Map<Kind, ArrayDeque<Long>> iterations = new EnumMap<>(Kind.class);
  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
  private @Nullable Intervention clipping;
  private boolean clippingTold = true;
  private long nextId;

  /**
   * @param applied whether interventions are applied, or dryRun
   */
  InterventionLog(boolean applied, Consumer<Intervention> sink) {
    this.applied = applied;
    this.sink = sink;
  }

  /** What is done, where it has to do with one moment of a run. */
  record Entry(
      Kind kind,
      long iteration,
      int epoch,
      @Nullable Diagnosis diagnosis,
      double before,
      double after,
      long snapshotIteration,
      Message reason) {}

  synchronized void add(Entry e) {
    remember(e.kind, e.iteration);
    Intervention running = clipping;
    long diagnosis = e.diagnosis == null ? -1 : e.diagnosis.id();
    if (e.kind == Kind.CLIP && running != null) {
      if (running.diagnosisId() == diagnosis
          && e.iteration - running.lastIteration() <= MERGE_WINDOW) {
        goOn(running.again(e.iteration, e.before, e.after));
        return;
      }
      settle();
    }
    Intervention intervention =
        new Intervention(
            nextId++,
            e.kind,
            e.iteration,
            e.epoch,
            e.iteration,
            1,
            diagnosis,
            e.diagnosis == null ? "" : e.diagnosis.problem().name(),
            e.diagnosis == null ? -1 : e.diagnosis.layer(),
            e.before,
            e.after,
            e.snapshotIteration,
            applied,
            e.reason);
    if (e.kind == Kind.CLIP) {
      clipping = intervention;
    }
    list.put(intervention.id(), intervention);
    if (list.size() > MAX_LISTED) {
      list.remove(list.keySet().iterator().next());
    }
    sink.accept(intervention);
  }

  private void goOn(Intervention again) {
    clipping = again;
    list.remove(again.id());
    list.put(again.id(), again);
    clippingTold = Long.bitCount(again.times()) == 1;
    if (clippingTold) {
      sink.accept(again);
    }
  }

  /** Tells what has not been told of a clipping that goes on. */
  synchronized void settle() {
    if (!clippingTold && clipping != null) {
      clippingTold = true;
      sink.accept(clipping);
    }
  }

  private void remember(Kind kind, long iteration) {
    counts.merge(kind, 1L, Long::sum);
    ArrayDeque<Long> latest = iterations.computeIfAbsent(kind, k -> new ArrayDeque<>());
    latest.addLast(iteration);
    if (latest.size() > MERGEABLE) {
      latest.removeFirst();
    }
  }

  /** Iterations since the latest of a kind; {@link Long#MAX_VALUE} where there is none. */
  synchronized long iterationsSince(Kind kind, long now) {
    ArrayDeque<Long> latest = iterations.get(kind);
    return latest == null ? Long.MAX_VALUE : now - latest.getLast();
  }

  /** How many of a kind within so many iterations. */
  synchronized int count(Kind kind, long window, long now) {
    ArrayDeque<Long> latest = iterations.get(kind);
    return latest == null ? 0 : (int) latest.stream().filter(i -> now - i < window).count();
  }

  /** Oldest first. */
  synchronized List<Intervention> interventions() {
    List<Intervention> all = new ArrayList<>(list.values());
    all.sort((a, b) -> Long.compare(a.id(), b.id()));
    return all;
  }

  /** How often each was done. */
  synchronized Map<Kind, Long> counts() {
    return new EnumMap<>(counts);
  }
}
