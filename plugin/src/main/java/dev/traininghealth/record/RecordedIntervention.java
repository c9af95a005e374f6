package dev.traininghealth.record;

import dev.traininghealth.text.Message;
import java.util.List;
import java.util.Objects;

/**
 * An intervention as it is recorded: numbers and texts alone, so that who reads it needs nothing of
 * the training side. Texts are of a length that a page can show.
 *
 * @param run when the run began that it belongs to, see {@link RunDescription#startMillis()}; ids
 *     begin anew with each run
 * @param id number within the run, from 0 in the order of the interventions
 * @param kind what was done: {@code SKIP}, {@code CLIP}, {@code LOWER_LEARNING_RATE}, {@code
 *     RAISE_LEARNING_RATE}, {@code ROLLBACK}, {@code STOP} or {@code TRIAL}
 * @param iteration DL4J's iteration at which it was done first, from 0
 * @param epoch DL4J's epoch at that iteration, from 0
 * @param lastIteration DL4J's iteration at which it was done last
 * @param times how often it was done, above 0
 * @param total how often anything of this kind was done in the run so far, this included; also
 *     where older records of it are not kept
 * @param timeMillis when it was recorded first, milliseconds since 1970
 * @param diagnosisId {@link RecordedDiagnosis#id} of what it was done about, or -1
 * @param problem name of that diagnosis' problem; empty without one
 * @param layer index in {@link RunDescription#layers()} of what the diagnosis is about, or -1
 * @param before gradient norm, factor on the learning rates or score before, of the latest time;
 *     may be NaN or infinite
 * @param after the same after it
 * @param snapshotIteration for a rollback the iteration after which the snapshot was taken, -1 for
 *     the network as it began; else -1
 * @param applied whether it was done; false where it was dryRun
 * @param message why it was done, with numbers; data, never markup, as all texts here
 */
public record RecordedIntervention(
    long run,
    long id,
    String kind,
    long iteration,
    int epoch,
    long lastIteration,
    long times,
    long total,
    long timeMillis,
    long diagnosisId,
    String problem,
    int layer,
    double before,
    double after,
    long snapshotIteration,
    boolean applied,
    Message message) {

  /** What there are most of first. */
  private static final List<String> KINDS =
      List.of(
          "CLIP",
          "SKIP",
          "TRIAL",
          "RAISE_LEARNING_RATE",
          "LOWER_LEARNING_RATE",
          "ROLLBACK",
          "STOP");

  /** Checks the values. */
  public RecordedIntervention {
    Objects.requireNonNull(problem, "problem");
    Objects.requireNonNull(message, "message");
    if (!KINDS.contains(kind)) {
      throw new IllegalArgumentException("kind must be of " + KINDS + ", was " + kind);
    }
    RecordedDiagnosis.atLeast(0, id, "id");
    RecordedDiagnosis.atLeast(1, times, "times");
    RecordedDiagnosis.atLeast(1, total, "total");
    RecordedDiagnosis.atLeast(-1, diagnosisId, "diagnosisId");
    RecordedDiagnosis.atLeast(-1, layer, "layer");
    RecordedDiagnosis.atLeast(-1, snapshotIteration, "snapshotIteration");
  }

  /**
   * Compares kinds: what there are few of, as they are severe, matters more than what is done at
   * every other iteration.
   *
   * @return 0 for clipping and skipped steps, 1 for learning rates, 2 for rollbacks, 3 for the end
   */
  public int rank() {
    return switch (kind) {
      case "CLIP", "SKIP" -> 0;
      case "ROLLBACK" -> 2;
      case "STOP" -> 3;
      default -> 1;
    };
  }
}
