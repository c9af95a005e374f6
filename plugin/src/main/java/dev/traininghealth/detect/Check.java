package dev.traininghealth.detect;

import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.io.Serial;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * How much of a run a detector has looked at: without it, silence and health look the same.
 *
 * @param detector name of the detector
 * @param state whether it has looked, and at enough
 * @param first first iteration at which it had all that it reads; -1 if there is none
 * @param last last such iteration; -1 if there is none
 * @param count number of measurements of the kind that was taken least often
 * @param message says this in words, without the detector's name
 */
public record Check(
    String detector, State state, long first, long last, long count, Message message)
    implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  /** Whether a detector's silence means that there is no such problem. */
  public enum State {
    /** It has seen enough to have found a fault of the size that it is for. */
    CHECKED,
    /** It has looked, but at too little. */
    TOO_EARLY,
    /** It has not looked. */
    NOT_CHECKED
  }

  /** Checks that nothing is missing. */
  public Check {
    Objects.requireNonNull(detector, "detector");
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(message, "message");
  }

  /**
   * {@return a check of a detector that has not looked}
   *
   * @param detector its name
   * @param reason why not
   */
  public static Check missing(String detector, Message reason) {
    return new Check(detector, State.NOT_CHECKED, -1, -1, 0, reason);
  }

  /**
   * {@return a check of a detector that has looked}
   *
   * @param detector its name
   * @param required number of measurements that it needs
   * @param first first iteration that it has looked at
   * @param last last iteration that it has looked at
   * @param count number of measurements, at least 1
   */
  public static Check of(String detector, long required, long first, long last, long count) {
    return count < required
        ? new Check(
            detector,
            State.TOO_EARLY,
            first,
            last,
            count,
            Message.of("say.check.tooEarly", Argument.count(count), Argument.count(required)))
        : new Check(detector, State.CHECKED, first, last, count, range(first, last, count));
  }

  /**
   * {@return whether checks say something about a run: more of them have seen enough than have seen
   * too little}
   *
   * @param checks of the run
   */
  public static boolean areConclusive(List<Check> checks) {
    return count(checks, State.CHECKED) > count(checks, State.TOO_EARLY);
  }

  private static long count(List<Check> checks, State state) {
    return checks.stream().filter(check -> check.state() == state).count();
  }

  private static Message range(long first, long last, long count) {
    if (count == 1 || last == first) {
      return Message.of("say.check.once", Argument.count(last));
    }
    long interval = Math.round((double) (last - first) / (double) (count - 1));
    return interval <= 1
        ? Message.of("say.check.range", Argument.count(first), Argument.count(last))
        : Message.of(
            "say.check.spread",
            Argument.count(first),
            Argument.count(last),
            Argument.count(interval));
  }

  /** {@return the detector's name and what it has looked at, in English} */
  @Override
  public String toString() {
    return detector + ": " + message.english();
  }
}
