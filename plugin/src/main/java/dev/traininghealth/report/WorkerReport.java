package dev.traininghealth.report;

import dev.traininghealth.compare.RunComparison;
import dev.traininghealth.read.Diagnoses.Shown;
import dev.traininghealth.read.RecordedRun.State;
import dev.traininghealth.read.Timeline;
import dev.traininghealth.record.RunRecord.Check;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one worker has recorded.
 *
 * @param worker its name
 * @param state its run
 * @param comparison the run held against a baseline run; null if there is none
 */
record WorkerReport(String worker, State state, @Nullable RunComparison comparison) {
  private static final String CHECKED = "CHECKED";

  /** A departure from the baseline run is as severe as INFO: it need not be for the worse. */
  private static final int DEPARTURE_RANK = ReportedSeverity.INFO.rank();

  /** Worst first, then by their start. */
  private static final Comparator<Shown> WORST_FIRST =
      Comparator.comparingInt((Shown s) -> -s.diagnosis().rank())
          .thenComparingLong(s -> s.diagnosis().iteration())
          .thenComparingLong(s -> s.diagnosis().id());

  /** The rows of the run; empty if there are none that can be read. */
  Optional<Timeline> timeline() {
    return Optional.ofNullable(state.timeline()).filter(timeline -> !timeline.isEmpty());
  }

  /** All diagnoses, resolved ones included, the worst first. */
  List<Shown> found() {
    return state.diagnoses().all().stream().sorted(WORST_FIRST).toList();
  }

  /** What was checked, or not. */
  List<Check> checks(boolean checked) {
    return state.coverage().checks().stream()
        .filter(check -> check.state().equals(CHECKED) == checked)
        .toList();
  }

  /**
   * The outcome.
   *
   * @param failRank rank of the severity from which on a diagnosis counts, 0 for INFO
   */
  Outcome outcome(int failRank) {
    if (state.diagnoses().all().stream().anyMatch(s -> s.diagnosis().rank() >= failRank)) {
      return Outcome.FOUND;
    }
    RunComparison compared = comparison;
    if (compared != null && failRank <= DEPARTURE_RANK) {
      if (compared.departs()) {
        return Outcome.FOUND;
      }
      if (!compared.isPossible()) {
        return Outcome.UNJUDGED;
      }
    }
    return doubt().isEmpty() ? Outcome.CLEAN : Outcome.UNJUDGED;
  }

  /** Why silence of this worker is no sign of health; empty if it is one. */
  Optional<String> doubt() {
    if (timeline().isEmpty()) {
      return Optional.of("no iteration was recorded");
    }
    if (!state.problems().isEmpty()) {
      return Optional.of("some records cannot be read");
    }
    if (state.coverage().checks().isEmpty()) {
      return Optional.of("the records do not say what was checked");
    }
    return state.coverage().conclusive()
        ? Optional.empty()
        : Optional.of("too few checks have seen enough");
  }
}
