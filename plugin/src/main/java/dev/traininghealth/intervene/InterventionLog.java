package dev.traininghealth.intervene;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.text.Message;
import dev.traininghealth.trial.Trial;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The interventions of a run.
 *
 * <p>Clippings for the same diagnosis, at most {@value #MERGE_WINDOW} iterations apart, are one
 * intervention. It is reported at first and when its count reaches a power of two. {@link
 * #reportPending} reports the rest.
 *
 * <p>Thread-safe: any thread may flush and read the lists.
 */
final class InterventionLog {
  /** Maximum number of listed interventions; older ones are only counted. */
  static final int MAX_LISTED = 1000;

  /** Largest distance of two clippings that are one intervention, iterations. */
  private static final int MERGE_WINDOW = 50;

  /** Number of latest iterations that are remembered for each kind. */
  private static final int MAX_REMEMBERED = 128;

  private final boolean applied;
  private final Consumer<Intervention> sink;

  /** By id, in the order of their last times. */
  private final LinkedHashMap<Long, Intervention> list = new LinkedHashMap<>();

  private final Map<Kind, ArrayDeque<Long>> iterations = new EnumMap<>(Kind.class);
  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
  private @Nullable Intervention clipping;
  private boolean clippingReported = true;
  private long nextId;

  /**
   * @param applied whether interventions are applied; false in a dry run
   * @param sink receives each new intervention, and repeated ones with their counts
   */
  InterventionLog(boolean applied, Consumer<Intervention> sink) {
    this.applied = applied;
    this.sink = sink;
  }

  /** One change at one iteration. */
  record Entry(
      Kind kind,
      long iteration,
      int epoch,
      @Nullable Diagnosis diagnosis,
      double before,
      double after,
      long snapshotIteration,
      Message reason,
      @Nullable Trial trial) {

    /** A change without a trial. */
    Entry(
        Kind kind,
        long iteration,
        int epoch,
        @Nullable Diagnosis diagnosis,
        double before,
        double after,
        long snapshotIteration,
        Message reason) {
      this(kind, iteration, epoch, diagnosis, before, after, snapshotIteration, reason, null);
    }
  }

  synchronized void add(Entry e) {
    remember(e.kind, e.iteration);
    Intervention continuing = clipping;
    long diagnosis = e.diagnosis == null ? -1 : e.diagnosis.id();
    if (e.kind == Kind.CLIP && continuing != null) {
      if (continuing.diagnosisId() == diagnosis
          && e.iteration - continuing.lastIteration() <= MERGE_WINDOW) {
        extendClipping(continuing.repeated(e.iteration, e.before, e.after));
        return;
      }
      reportPending();
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
            e.reason,
            e.trial);
    if (e.kind == Kind.CLIP) {
      clipping = intervention;
    }
    list.put(intervention.id(), intervention);
    if (list.size() > MAX_LISTED) {
      list.remove(list.keySet().iterator().next());
    }
    sink.accept(intervention);
  }

  private void extendClipping(Intervention repeated) {
    clipping = repeated;
    list.remove(repeated.id());
    list.put(repeated.id(), repeated);
    clippingReported = Long.bitCount(repeated.times()) == 1;
    if (clippingReported) {
      sink.accept(repeated);
    }
  }

  /** Reports the count of a clipping that continues, unless it is reported already. */
  synchronized void reportPending() {
    if (!clippingReported && clipping != null) {
      clippingReported = true;
      sink.accept(clipping);
    }
  }

  /** Saves the iterations of each kind, without which {@link #count} would start again. */
  synchronized void save(SavedNumbers to) {
    iterations.forEach(
        (kind, latest) ->
            to.put(kind.name(), latest.stream().mapToLong(Long::longValue).toArray()));
  }

  /** Restores the iterations of each kind; the list and the counts are those of this run alone. */
  synchronized void restore(SavedNumbers from, long now) {
    for (Kind kind : Kind.values()) {
      if (from.has(kind.name())) {
        ArrayDeque<Long> latest = new ArrayDeque<>();
        for (long iteration : from.getLongs(kind.name())) {
          if (latest.size() < MAX_REMEMBERED) {
            latest.addLast(Math.min(iteration, now));
          }
        }
        if (!latest.isEmpty()) {
          iterations.put(kind, latest);
        }
      }
    }
  }

  private void remember(Kind kind, long iteration) {
    counts.merge(kind, 1L, Long::sum);
    ArrayDeque<Long> latest = iterations.computeIfAbsent(kind, k -> new ArrayDeque<>());
    latest.addLast(iteration);
    if (latest.size() > MAX_REMEMBERED) {
      latest.removeFirst();
    }
  }

  /**
   * {@return the iterations since the latest of a kind; {@link Long#MAX_VALUE} if there is none}
   */
  synchronized long iterationsSince(Kind kind, long now) {
    ArrayDeque<Long> latest = iterations.get(kind);
    return latest == null ? Long.MAX_VALUE : now - latest.getLast();
  }

  /** {@return how many of a kind were made in the last {@code window} iterations} */
  synchronized int count(Kind kind, long window, long now) {
    ArrayDeque<Long> latest = iterations.get(kind);
    return latest == null ? 0 : (int) latest.stream().filter(i -> now - i < window).count();
  }

  /** {@return the interventions, oldest first} */
  synchronized List<Intervention> interventions() {
    List<Intervention> all = new ArrayList<>(list.values());
    all.sort((a, b) -> Long.compare(a.id(), b.id()));
    return all;
  }

  /** {@return how many times each kind was done} */
  synchronized Map<Kind, Long> counts() {
    return new EnumMap<>(counts);
  }
}
