package dev.traininghealth.ui;

import dev.traininghealth.record.RecordedDiagnosis;
import dev.traininghealth.record.RunDescription;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The diagnoses of one worker's recording: what stands before what is over, the newest first.
 *
 * <p>Where a run was resumed under the same session, what an older run found before the newer one's
 * first iteration is its past, as its rows are, and is over: it ended with that run.
 */
final class Diagnoses {
  /** Of a recording without any. */
  static final Diagnoses NONE = new Diagnoses(List.of(), 0);

  private static final Comparator<Shown> NEWEST_FIRST =
      Comparator.comparing(Shown::isResolved)
          .thenComparing(Comparator.comparingLong((Shown s) -> s.diagnosis().run()).reversed())
          .thenComparing(Comparator.comparingLong((Shown s) -> s.diagnosis().id()).reversed());

  private final List<Shown> shown;
  private final long found;

  /**
   * A diagnosis as it stands now.
   *
   * @param end iteration at which it was seen no more, or -1 while it stands
   */
  record Shown(RecordedDiagnosis diagnosis, long end) {
    boolean isResolved() {
      return end >= 0;
    }
  }

  private record Key(long run, long id) {}

  private Diagnoses(List<Shown> shown, long found) {
    this.shown = shown;
    this.found = found;
  }

  /** The diagnoses that belong to the runs of a timeline. */
  static Diagnoses of(Timeline timeline, Collection<RecordedDiagnosis> recorded) {
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
    long found = 0;
    for (RecordedDiagnosis d : latest.values()) {
      if (d.run() == run.startMillis()) {
        found = Math.max(found, d.id() + 1);
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
    return new Diagnoses(shown, found);
  }

  List<Shown> all() {
    return shown;
  }

  /** How many the current run has found so far; more than are kept where there were very many. */
  long total() {
    return found;
  }

  /** How many of a severity stand. */
  long standing(String severity) {
    return shown.stream()
        .filter(s -> !s.isResolved() && s.diagnosis().severity().equals(severity))
        .count();
  }

  long resolved() {
    return shown.stream().filter(Shown::isResolved).count();
  }

  /** The worst that stands: {@code critical}, {@code warning}, {@code info} or {@code healthy}. */
  String status() {
    return switch (shown.stream()
        .filter(s -> !s.isResolved())
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
