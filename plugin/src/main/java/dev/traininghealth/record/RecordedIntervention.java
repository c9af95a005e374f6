package dev.traininghealth.record;

import dev.traininghealth.text.Message;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * An intervention in its recorded form: only numbers and texts, so that readers do not need the
 * training side. Texts are short enough for a page.
 *
 * @param run start of the run it belongs to, see {@link RunDescription#startMillis()}; ids restart
 *     with each run
 * @param id number within the run, from 0 in the order of the interventions
 * @param kind {@code SKIP}, {@code CLIP}, {@code LOWER_LEARNING_RATE}, {@code RAISE_LEARNING_RATE},
 *     {@code ROLLBACK}, {@code STOP} or {@code TRIAL}; a later version may record others
 * @param iteration DL4J's iteration of its first time, from 0
 * @param epoch DL4J's epoch at that iteration, from 0
 * @param lastIteration DL4J's iteration of its latest time
 * @param times how many times it was done, above 0
 * @param total how many interventions of this kind the run has had so far, including this one and
 *     those whose records are not kept
 * @param timeMillis when it was recorded first, milliseconds since 1970
 * @param diagnosisId {@link RecordedDiagnosis#id} of the diagnosis that caused it, or -1
 * @param problem name of that diagnosis' problem; empty without one
 * @param layer index in {@link RunDescription#layers()} of the diagnosis' layer, or -1
 * @param before gradient norm, learning-rate factor or score before its latest time; may be NaN or
 *     infinite
 * @param after the same value afterwards
 * @param snapshotIteration for a rollback the iteration after which the snapshot was taken, or -1
 *     for the initial snapshot; otherwise -1
 * @param applied false for a dry run, which changes nothing
 * @param message the reason with numbers; like all texts here it is data, never markup
 * @param branches what a trial has shown, the first branch changes nothing; empty for other kinds,
 *     and in records of earlier versions
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
    Message message,
    List<Branch> branches) {

  /**
   * A branch of a trial.
   *
   * @param start {@code PRESENT}, {@code SNAPSHOT} or {@code BEGINNING}; a later version may record
   *     others
   * @param snapshotIteration the iteration after which the snapshot was taken, or -1
   * @param factor on the learning rates before the trial
   * @param leftOut number of examples that it did not step on
   * @param adopted whether the network was changed as this branch was
   * @param course scores during its steps, in their order
   */
  public record Branch(
      String start,
      long snapshotIteration,
      double factor,
      int leftOut,
      boolean adopted,
      List<Point> course) {
    /** Copies the list. */
    public Branch {
      Objects.requireNonNull(start, "start");
      course = List.copyOf(course);
    }
  }

  /**
   * A score during a branch.
   *
   * @param step number of training steps before it, from 0
   * @param score mean score of the examples that no branch stepped on; NaN or infinite if the
   *     network was lost
   */
  public record Point(int step, double score) {}

  /** The kinds of this version by importance, see {@link #rank()}. */
  private static final List<Set<String>> KINDS =
      List.of(
          Set.of("CLIP", "SKIP"),
          Set.of("TRIAL", "RAISE_LEARNING_RATE", "LOWER_LEARNING_RATE"),
          Set.of("ROLLBACK"),
          Set.of("STOP"));

  /** Checks the values. */
  public RecordedIntervention {
    Objects.requireNonNull(problem, "problem");
    Objects.requireNonNull(message, "message");
    branches = List.copyOf(branches);
    if (kind.isBlank()) {
      throw new IllegalArgumentException("kind must not be blank");
    }
    RecordedDiagnosis.atLeast(0, id, "id");
    RecordedDiagnosis.atLeast(1, times, "times");
    RecordedDiagnosis.atLeast(1, total, "total");
    RecordedDiagnosis.atLeast(-1, diagnosisId, "diagnosisId");
    RecordedDiagnosis.atLeast(-1, layer, "layer");
    RecordedDiagnosis.atLeast(-1, snapshotIteration, "snapshotIteration");
  }

  /**
   * The importance of the kind: rare interventions, which are also severe, matter more than
   * frequent ones.
   *
   * @return 0 for clipping and skipped steps, 1 for learning rates and trials, 2 for rollbacks, 3
   *     for a stop, 4 for a kind that this version does not know
   */
  public int rank() {
    int rank = 0;
    while (rank < KINDS.size() && !KINDS.get(rank).contains(kind)) {
      rank++;
    }
    return rank;
  }
}
