package dev.traininghealth.intervene;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import dev.traininghealth.trial.Trial;
import java.io.Serial;
import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A change that protection made to a run, with its reason and the values before and after.
 *
 * <p>Instances are immutable. If clipping continues, another instance with the same {@link #id} has
 * the present count.
 *
 * @param id number within the run, from 0 in the order of the interventions
 * @param kind the kind of change
 * @param iteration DL4J's iteration of the first time, from 0
 * @param epoch DL4J's epoch at that iteration, from 0
 * @param lastIteration DL4J's iteration of the last time
 * @param times how many times it was done, above 0
 * @param diagnosisId {@link Diagnosis#id} of the reason; -1 if no diagnosis caused it (a fixed
 *     clipping threshold, raised learning rates)
 * @param problem name of that diagnosis' problem, for example {@code exploding_gradient}; empty
 *     without one
 * @param layer index in {@link dev.traininghealth.numbers.NetworkLayout#layers()} of the diagnosis'
 *     layer; -1 for the whole network
 * @param before the value before, as defined by {@link Kind}, of the last time; may be NaN or
 *     infinite
 * @param after the value after, likewise
 * @param snapshotIteration for {@link Kind#ROLLBACK}, the iteration after which the snapshot was
 *     taken, or -1 for the initial one; -1 for other kinds
 * @param applied whether it was applied; false in a dry run
 * @param message the reason with numbers, translatable to any language
 * @param trial what was tried, for {@link Kind#TRIAL}; null for other kinds, and if it was read
 *     from a record
 */
public record Intervention(
    long id,
    Kind kind,
    long iteration,
    int epoch,
    long lastIteration,
    long times,
    long diagnosisId,
    String problem,
    int layer,
    double before,
    double after,
    long snapshotIteration,
    boolean applied,
    Message message,
    @Nullable Trial trial)
    implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  /** The kinds of intervention, which define the values before and after. */
  public enum Kind {
    /** The step was undone: global gradient norm before; 0 after, because nothing was updated. */
    SKIP,
    /** The gradient was scaled down: its global norm, of the mean over the minibatch. */
    CLIP,
    /** All learning rates were lowered: the factor on the configured rates, 1 at first. */
    LOWER_LEARNING_RATE,
    /** All learning rates were raised again after they had been lowered: the same factor. */
    RAISE_LEARNING_RATE,
    /**
     * The network was rolled back to a snapshot: present score, and usual score when the snapshot
     * was taken.
     */
    ROLLBACK,
    /** The run was stopped: its score; NaN after. */
    STOP,
    /**
     * Changes were tried on copies, without changing the network: mean score of the held-out
     * examples.
     *
     * <p>The value before is the score before the trial. The value after is the score of the
     * adopted branch, or of changing nothing. An adopted change is listed as another intervention.
     */
    TRIAL;

    /** {@return the kind in a few words, for example "Step skipped"} */
    public Message title() {
      return Message.of("intervention." + name());
    }

    /**
     * Describes how many times it was done, for example "steps skipped: 3".
     *
     * @param times number of times, above 0
     * @return the message
     */
    public Message count(long times) {
      return Message.of("count." + name(), Argument.count(times));
    }
  }

  /** Checks that nothing is missing. */
  public Intervention {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(problem, "problem");
    Objects.requireNonNull(message, "message");
    if (times <= 0) {
      throw new IllegalArgumentException("times must be > 0, was " + times);
    }
  }

  /**
   * Creates an intervention without a trial.
   *
   * @param id number within the run
   * @param kind the kind of change
   * @param iteration iteration of the first time
   * @param epoch epoch at that iteration
   * @param lastIteration iteration of the last time
   * @param times how many times it was done, above 0
   * @param diagnosisId id of the reason, or -1
   * @param problem name of that diagnosis' problem, or empty
   * @param layer index of the diagnosis' layer, or -1
   * @param before the value before
   * @param after the value after
   * @param snapshotIteration iteration of the snapshot, or -1
   * @param applied whether it was applied
   * @param message the reason with numbers
   */
  public Intervention(
      long id,
      Kind kind,
      long iteration,
      int epoch,
      long lastIteration,
      long times,
      long diagnosisId,
      String problem,
      int layer,
      double before,
      double after,
      long snapshotIteration,
      boolean applied,
      Message message) {
    this(
        id,
        kind,
        iteration,
        epoch,
        lastIteration,
        times,
        diagnosisId,
        problem,
        layer,
        before,
        after,
        snapshotIteration,
        applied,
        message,
        null);
  }

  /** {@return the reason in English, with numbers} */
  public String reason() {
    return message.english();
  }

  /**
   * Describes the values before and after, of the last time, with the same texts as the page.
   *
   * @return for example "Gradient norm 12.5 → 1"
   */
  public Message change() {
    return switch (kind) {
      case SKIP -> Message.of("change.SKIP", Argument.number(before));
      case CLIP -> Message.of("change.CLIP", Argument.number(before), Argument.number(after));
      case LOWER_LEARNING_RATE, RAISE_LEARNING_RATE ->
          Message.of("change.LEARNING_RATE", Argument.share(before), Argument.share(after));
      case ROLLBACK ->
          snapshotIteration < 0
              ? Message.of("change.ROLLBACK_ALL", Argument.number(before))
              : Message.of(
                  "change.ROLLBACK",
                  Argument.number(before),
                  Argument.number(after),
                  Argument.count(snapshotIteration));
      case STOP -> Message.of("change.STOP", Argument.number(before));
      case TRIAL -> Message.of("change.TRIAL", Argument.number(before), Argument.number(after));
    };
  }

  /**
   * Describes in English the kind of intervention and its values.
   *
   * @return for example "Step skipped: gradient norm NaN → no update"
   */
  public String action() {
    String change = change().english();
    return kind.title().english()
        + ": "
        + Character.toLowerCase(change.charAt(0))
        + change.substring(1);
  }

  /** {@return the same intervention, done once more} */
  Intervention repeated(long atIteration, double newBefore, double newAfter) {
    return new Intervention(
        id,
        kind,
        iteration,
        epoch,
        atIteration,
        times + 1,
        diagnosisId,
        problem,
        layer,
        newBefore,
        newAfter,
        snapshotIteration,
        applied,
        message,
        trial);
  }
}
