package dev.traininghealth.read;

import dev.traininghealth.record.RecordedIntervention;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The interventions of one worker's recording, the newest first.
 *
 * <p>If a run was resumed under the same session, interventions of an older run before the newer
 * one's first iteration belong to its past, as its rows do. Later ones of the older run are
 * omitted.
 *
 * @hidden
 */
public final class Interventions {
  /** The interventions of a recording without any. */
  public static final Interventions NONE = new Interventions(List.of(), Map.of(), Map.of());

  private static final Comparator<RecordedIntervention> NEWEST_FIRST =
      Comparator.comparingLong(RecordedIntervention::run)
          .thenComparingLong(RecordedIntervention::lastIteration)
          .thenComparingLong(RecordedIntervention::id)
          .reversed();

  private final List<RecordedIntervention> all;
  private final Map<String, Long> applied;
  private final Map<String, Long> dryRun;

  private record Key(long run, long id) {}

  private record Kind(long run, String name) {}

  private Interventions(
      List<RecordedIntervention> all, Map<String, Long> applied, Map<String, Long> dryRun) {
    this.all = all;
    this.applied = applied;
    this.dryRun = dryRun;
  }

  /**
   * {@return the interventions that belong to the runs of a timeline}
   *
   * @param timeline the rows of these runs
   * @param recorded all recorded interventions
   */
  public static Interventions of(Timeline timeline, Collection<RecordedIntervention> recorded) {
    if (recorded.isEmpty()) {
      return NONE;
    }
    long current = timeline.run().startMillis();
    Map<Key, RecordedIntervention> latest = new HashMap<>();
    for (RecordedIntervention i : recorded) {
      latest.merge(new Key(i.run(), i.id()), i, (a, b) -> a.times() >= b.times() ? a : b);
    }
    Map<Long, Long> firstAfter = new HashMap<>();
    List<RecordedIntervention> all = new ArrayList<>();
    for (RecordedIntervention i : latest.values()) {
      if (i.run() == current
          || (timeline.isPast(i.run())
              && i.iteration() < firstAfter.computeIfAbsent(i.run(), timeline::firstAfter))) {
        all.add(i);
      }
    }
    all.sort(NEWEST_FIRST);
    return new Interventions(all, times(all, true), times(all, false));
  }

  /** Totals of each kind in all runs; they include interventions whose records are not kept. */
  private static Map<String, Long> times(List<RecordedIntervention> all, boolean applied) {
    Map<Kind, Long> totals = new HashMap<>();
    for (RecordedIntervention i : all) {
      if (i.applied() == applied) {
        totals.merge(new Kind(i.run(), i.kind()), i.total(), Math::max);
      }
    }
    Map<String, Long> times = new TreeMap<>();
    totals.forEach((kind, total) -> times.merge(kind.name(), total, Long::sum));
    return times;
  }

  /** {@return all of them, the newest first} */
  public List<RecordedIntervention> all() {
    return all;
  }

  /**
   * The steps that protection has skipped in the latest iterations, by the problem for which it
   * did.
   *
   * @param first first iteration that counts
   */
  Map<String, Long> skippedSince(long first) {
    Map<String, Long> skipped = new TreeMap<>();
    for (RecordedIntervention i : all) {
      if (i.kind().equals("SKIP") && i.applied() && i.lastIteration() >= first) {
        long latest = i.lastIteration() - Math.max(first, i.iteration()) + 1;
        skipped.merge(i.problem(), Math.min(i.times(), latest), Long::sum);
      }
    }
    return skipped;
  }

  /** {@return the number of applied ones of each kind, without kinds that did not occur} */
  public Map<String, Long> applied() {
    return applied;
  }

  /** {@return the number of dry-run interventions of each kind} */
  public Map<String, Long> dryRun() {
    return dryRun;
  }
}
