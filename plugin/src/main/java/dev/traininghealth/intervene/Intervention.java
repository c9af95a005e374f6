package dev.traininghealth.intervene;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.io.Serial;
import java.io.Serializable;
import java.util.Objects;

/**
 * What was done to a training, why, and what it changed. Unchanging: where the same is done again
 * and again (clipping), another instance with the same {@link #id} tells how often by now.
 *
 * @param id number within the run, from 0 in the order of the interventions
 * @param kind what was done
 * @param iteration DL4J's iteration at which it was done first, from 0
 * @param epoch DL4J's epoch at that iteration, from 0
 * @param lastIteration DL4J's iteration at which it was done last
 * @param times how often it was done, above 0
 * @param diagnosisId {@link Diagnosis#id} of what it was done about, or -1 where it is no answer to
 *     a diagnosis (a fixed clipping threshold, a learning rate that is restored)
 * @param problem name of that diagnosis' problem, e.g. {@code exploding}; empty without one
 * @param layer index in {@link dev.traininghealth.numbers.NetworkLayout#layers()} of what the
 *     diagnosis is about, or -1 for the whole network
 * @param before the value before, as {@link Kind} says; may be NaN or infinite; of the latest time
 * @param after the value after, likewise
 * @param snapshotIteration for {@link Kind#ROLLBACK}, the iteration after which the snapshot was
 *     taken that the network was set back to, -1 for the network as it began; else -1
 * @param applied whether it was done; false where it was dryRun
 * @param message why it was done, with numbers, to be written in any language
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
    Message message)
    implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  /** What can be done, and what is before and after it. */
  public enum Kind {
    /** The step was undone: norm of the gradient before, 0 after, for nothing was updated. */
    SKIP,
    /** The gradient was scaled down: its global L2 norm, mean over the minibatch. */
    CLIP,
    /** All learning rates were lowered: the factor on the user's own rates, 1 at first. */
    LOWER_LEARNING_RATE,
    /** All learning rates were raised again after they had been lowered: the same factor. */
    RAISE_LEARNING_RATE,
    /** The network was set back to a snapshot: score now, and score when that was taken. */
    ROLLBACK,
    /** The training was ended: its score; NaN after. */
    STOP,
    /**
     * Changes were tried on copies, which leaves the network alone: mean score of the examples set
     * aside before the trial, and after it where nothing is changed, or with what is adopted. What
     * is adopted is listed by itself.
     */
    TRIAL;

    /** {@return what is done, in a few words, e.g. "Step skipped"} */
    public Message title() {
      return Message.of("intervention." + name());
    }

    /**
     * Says how often it was done, e.g. "steps skipped: 3".
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

  /** {@return why it was done, in English, with numbers} */
  public String reason() {
    return message.english();
  }

  /**
   * Says what it changed: the values before and after, of the latest time. The page has the same
   * texts.
   *
   * @return e.g. "Gradient norm 12.5 → 1"
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
   * Says in English what was done and what it changed.
   *
   * @return e.g. "Step skipped: gradient norm NaN → no update"
   */
  public String action() {
    String change = change().english();
    return kind.title().english()
        + ": "
        + Character.toLowerCase(change.charAt(0))
        + change.substring(1);
  }

  /** The same, done once more. */
  Intervention again(long atIteration, double newBefore, double newAfter) {
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
        message);
  }
}
