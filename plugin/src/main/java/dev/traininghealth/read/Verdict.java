package dev.traininghealth.read;

import dev.traininghealth.record.RunRecord.Coverage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The verdict on a run: one state of health, and what it covers.
 *
 * <p>If protection skips bad minibatches now and then, the latest step alone would decide between
 * healthy and critical. The verdict is then {@code protected}, with the share of skipped steps. A
 * problem that skips do not answer, as overused protection, still decides.
 *
 * @hidden
 */
public final class Verdict {
  /** Latest iterations of which the share of skipped steps is stated. */
  private static final int WINDOW_ITERATIONS = 1000;

  private final @Nullable Timeline timeline;
  private final Diagnoses diagnoses;
  private final Interventions interventions;
  private final Coverage coverage;
  private final Map<String, Long> skipped;

  /**
   * Judges a recording.
   *
   * @param timeline its rows; null without a description of the run
   * @param diagnoses its diagnoses
   * @param interventions its interventions
   * @param coverage what the checks of its newest run have looked at
   */
  public Verdict(
      @Nullable Timeline timeline,
      Diagnoses diagnoses,
      Interventions interventions,
      Coverage coverage) {
    this.timeline = timeline;
    this.diagnoses = diagnoses;
    this.interventions = interventions;
    this.coverage = coverage;
    skipped = interventions.skippedSince(last() - WINDOW_ITERATIONS + 1);
  }

  /** The last recorded iteration; -1 before the first. */
  private long last() {
    if (timeline == null || timeline.isEmpty()) {
      return -1;
    }
    List<Timeline.Row> rows = timeline.asRecorded();
    return rows.get(rows.size() - 1).last();
  }

  /**
   * {@return the state: {@code critical}, {@code warning}, {@code protected}, {@code info}, {@code
   * early} if too few checks have seen enough, or {@code healthy}}
   */
  public String status() {
    boolean hasStopped = interventions.applied().containsKey("STOP");
    boolean isProtected = !skipped.isEmpty() && !hasStopped;
    String worst = diagnoses.status(isProtected ? skipped.keySet() : Set.of());
    if (worst.equals("critical") || worst.equals("warning")) {
      return worst;
    }
    if (isProtected) {
      return "protected";
    }
    boolean isKnown = coverage.conclusive() || coverage.checks().isEmpty();
    return worst.equals("healthy") && !isKnown ? "early" : worst;
  }

  /** {@return the number of latest iterations of which skipped steps are counted} */
  public long windowIterations() {
    return Math.min(WINDOW_ITERATIONS, last() + 1);
  }

  /** {@return the number of steps that protection skipped in these iterations} */
  public long skippedSteps() {
    return skipped.values().stream().mapToLong(Long::longValue).sum();
  }

  /** {@return what the checks of the run have looked at} */
  public Coverage coverage() {
    return coverage;
  }
}
