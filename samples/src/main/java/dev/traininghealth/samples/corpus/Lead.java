package dev.traininghealth.samples.corpus;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.ProblemFamily;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How long before a run had diverged the listener reported it.
 *
 * <p>A report counts, of whatever severity, if it names the problem: a value or score that drifts,
 * explodes or is not finite. Unsuitable data or a score that swings are other problems, even if
 * they are the reason. Reports must lead up to the divergence without a gap: one whose diagnosis
 * had ended more than {@value #MAX_GAP} iterations before the divergence, or before the next report
 * that counts, was about something else.
 *
 * @param divergence iteration at which the run had diverged, as {@link DivergenceOracle} finds it
 * @param report iteration of the first report that counts, which may be later; null for none
 */
public record Lead(long divergence, @Nullable Long report) {
  /** Iterations without a report after which an earlier one was about something else. */
  static final int MAX_GAP = 100;

  private static final Set<ProblemFamily> NAMES_IT =
      EnumSet.of(ProblemFamily.DRIFTING, ProblemFamily.EXPLODING, ProblemFamily.NON_FINITE);

  /**
   * The lead of a run.
   *
   * @param divergence iteration at which it had diverged; empty if it has not
   * @param diagnoses the diagnoses of the run
   * @return null if the run has not diverged gradually
   */
  public static @Nullable Lead of(OptionalLong divergence, List<Diagnosis> diagnoses) {
    if (divergence.isEmpty()) {
      return null;
    }
    List<Diagnosis> latestFirst =
        diagnoses.stream()
            .filter(d -> NAMES_IT.contains(d.problem().family()))
            .sorted(Comparator.comparingLong(Diagnosis::iteration).reversed())
            .toList();
    Long first = null;
    for (Diagnosis d : latestFirst) {
      long next = first == null ? divergence.getAsLong() : Math.min(first, divergence.getAsLong());
      if (!d.isResolved() || d.endIteration() >= next - MAX_GAP) {
        first = d.iteration();
      }
    }
    return new Lead(divergence.getAsLong(), first);
  }

  /** Iterations from the report to the divergence, negative if it came later; null without one. */
  public @Nullable Long iterations() {
    return report == null ? null : divergence - report;
  }
}
