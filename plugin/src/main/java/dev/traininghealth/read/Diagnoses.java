package dev.traininghealth.read;

import dev.traininghealth.record.RecordedDiagnosis;
import dev.traininghealth.record.RunDescription;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The diagnoses of one worker's recording: active ones first, then resolved ones, each newest
 * first.
 *
 * <p>If a run was resumed under the same session, diagnoses of an older run before the newer one's
 * first iteration belong to its past, as its rows do. They are resolved, at the latest with the end
 * of the older run.
 *
 * @hidden
 */
public final class Diagnoses {
  /** The diagnoses of a recording without any. */
  public static final Diagnoses NONE = new Diagnoses(List.of(), 0);

  private static final Comparator<Shown> NEWEST_FIRST =
      Comparator.comparing(Shown::isResolved)
          .thenComparing(Comparator.comparingLong((Shown s) -> s.diagnosis().run()).reversed())
          .thenComparing(Comparator.comparingLong((Shown s) -> s.diagnosis().id()).reversed());

  private final List<Shown> shown;
  private final long total;

  /**
   * A diagnosis in its present state.
   *
   * @param diagnosis as it was recorded
   * @param end iteration at which it was resolved, or -1 while it is active
   */
  public record Shown(RecordedDiagnosis diagnosis, long end) {
    /** {@return whether it was resolved} */
    public boolean isResolved() {
      return end >= 0;
    }
  }

  private record Key(long run, long id) {}

  private Diagnoses(List<Shown> shown, long total) {
    this.shown = shown;
    this.total = total;
  }

  /**
   * {@return the diagnoses that belong to the runs of a timeline}
   *
   * @param timeline the rows of these runs
   * @param recorded all recorded diagnoses
   */
  public static Diagnoses of(Timeline timeline, Collection<RecordedDiagnosis> recorded) {
    if (recorded.isEmpty()) {
      return NONE;
    }
    RunDescription run = timeline.run();
    Map<Key, RecordedDiagnosis> latest = new HashMap<>();
    for (RecordedDiagnosis d : recorded) {
      latest.merge(new Key(d.run(), d.id()), d, (a, b) -> a.isResolved() ? a : b);
    }
    Map<Long, Long> firstAfter = new HashMap<>();
    List<Shown> shown = new ArrayList<>();
    long total = 0;
    for (RecordedDiagnosis d : latest.values()) {
      if (d.run() == run.startMillis()) {
        total = Math.max(total, d.id() + 1);
        shown.add(new Shown(d, d.endIteration()));
      } else if (timeline.isPast(d.run())) {
        long first = firstAfter.computeIfAbsent(d.run(), timeline::firstAfter);
        if (d.iteration() < first) {
          long end = first == Long.MAX_VALUE ? d.iteration() : first;
          shown.add(new Shown(d, d.isResolved() ? Math.min(d.endIteration(), end) : end));
        }
      }
    }
    shown.sort(NEWEST_FIRST);
    return new Diagnoses(shown, total);
  }

  /** {@return all of them, in this order} */
  public List<Shown> all() {
    return shown;
  }

  /** {@return the number of diagnoses of the current run, including those that are not kept} */
  public long total() {
    return total;
  }

  /**
   * {@return the number of active diagnoses of a severity}
   *
   * @param severity its name
   */
  public long active(String severity) {
    return shown.stream()
        .filter(s -> !s.isResolved() && s.diagnosis().severity().equals(severity))
        .count();
  }

  /** {@return the number of resolved diagnoses} */
  public long resolved() {
    return shown.stream().filter(Shown::isResolved).count();
  }

  /**
   * The worst active severity: {@code critical}, {@code warning}, {@code info} or {@code healthy}.
   */
  String status() {
    return status(Set.of());
  }

  /** The same, without regard to some problems. */
  String status(Set<String> ignored) {
    return switch (shown.stream()
        .filter(s -> !s.isResolved() && !ignored.contains(s.diagnosis().problem()))
        .mapToInt(s -> s.diagnosis().rank())
        .max()
        .orElse(-1)) {
      case 2 -> "critical";
      case 1 -> "warning";
      case 0 -> "info";
      default -> "healthy";
    };
  }
}
