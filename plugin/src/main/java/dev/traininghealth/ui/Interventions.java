package dev.traininghealth.ui;

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
 * <p>Where a run was resumed under the same session, what was done in an older run before the newer
 * one's first iteration is its past, as its rows are; what was done later than that is left out.
 */
final class Interventions {
  /** Of a recording without any. */
  static final Interventions NONE = new Interventions(List.of(), Map.of(), Map.of());

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

  /** The interventions that belong to the runs of a timeline. */
  static Interventions of(Timeline timeline, Collection<RecordedIntervention> recorded) {
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

  /** How often each kind was done in all runs; the records know of those that are not kept. */
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

  List<RecordedIntervention> all() {
    return all;
  }

  /** How often each kind was done; kinds that were not done are not in it. */
  Map<String, Long> applied() {
    return applied;
  }

  /** How often each kind was dryRun. */
  Map<String, Long> dryRun() {
    return dryRun;
  }
}
