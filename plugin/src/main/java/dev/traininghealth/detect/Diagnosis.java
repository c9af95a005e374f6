package dev.traininghealth.detect;

import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.text.Message;
import java.io.Serial;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong, where, since when, how it shows, and what to change. Unchanging: when a diagnosis
 * ends, another instance with the same {@link #id} says so.
 *
 * @param id number within the run, from 0 in the order of the diagnoses
 * @param detector name of the detector that found it
 * @param problem what is wrong
 * @param severity how much harm it does
 * @param layer index in {@link dev.traininghealth.numbers.NetworkLayout#layers()}, or -1 for the
 *     whole network
 * @param layerName the user's name of the layer, or DL4J's default; empty for the whole network
 * @param parameter index in {@link dev.traininghealth.numbers.NetworkLayout#parameters()}, or -1
 * @param parameterKey DL4J's key of the parameter, e.g. {@code 0_W}; empty without one
 * @param iteration DL4J's iteration at which it was found, from 0
 * @param epoch DL4J's epoch at that iteration, from 0
 * @param observed the value that shows it; may be NaN or infinite
 * @param comparison how the value stands to the threshold
 * @param threshold what the value is compared with
 * @param message the finding in words, with its numbers, to be written in any language
 * @param remedies what to change, the most promising first
 * @param origin where the first non-finite value was found, or null where that is not what was
 *     looked for
 * @param causeId {@link #id} of the diagnosis that this one follows from, or -1
 * @param endIteration iteration at which it was seen no more, or -1 while it stands
 */
public record Diagnosis(
    long id,
    String detector,
    Problem problem,
    Severity severity,
    int layer,
    String layerName,
    int parameter,
    String parameterKey,
    long iteration,
    int epoch,
    double observed,
    Comparison comparison,
    double threshold,
    Message message,
    List<Remedy> remedies,
    @Nullable NonFiniteOrigin origin,
    long causeId,
    long endIteration)
    implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  /** Checks that nothing is missing. */
  public Diagnosis {
    Objects.requireNonNull(detector, "detector");
    Objects.requireNonNull(problem, "problem");
    Objects.requireNonNull(severity, "severity");
    Objects.requireNonNull(layerName, "layerName");
    Objects.requireNonNull(parameterKey, "parameterKey");
    Objects.requireNonNull(comparison, "comparison");
    Objects.requireNonNull(message, "message");
    remedies = List.copyOf(remedies);
  }

  /**
   * {@return the finding in English, with its numbers}
   *
   * @see #message
   */
  public String sentence() {
    return message.english();
  }

  /**
   * Tells whether it counts as an alarm.
   *
   * @return whether the severity is WARNING or CRITICAL
   */
  public boolean isAlarm() {
    return severity.isAtLeast(Severity.WARNING);
  }

  /**
   * Tells whether it is over.
   *
   * @return whether the problem was seen no more from {@link #endIteration} on
   */
  public boolean isResolved() {
    return endIteration >= 0;
  }

  /**
   * Says that it is over.
   *
   * @param iteration at which it was seen no more
   * @return the same diagnosis, ended
   */
  public Diagnosis ended(long iteration) {
    return with(remedies, causeId, iteration);
  }

  /**
   * Says what it follows from.
   *
   * @param cause {@link #id} of another diagnosis
   * @return the same diagnosis with this cause
   */
  public Diagnosis causedBy(long cause) {
    return with(remedies, cause, endIteration);
  }

  /**
   * Says what to change.
   *
   * @param remedies the most promising first
   * @return the same diagnosis with these remedies
   */
  public Diagnosis withRemedies(List<Remedy> remedies) {
    return with(remedies, causeId, endIteration);
  }

  private Diagnosis with(List<Remedy> remedies, long causeId, long endIteration) {
    return new Diagnosis(
        id,
        detector,
        problem,
        severity,
        layer,
        layerName,
        parameter,
        parameterKey,
        iteration,
        epoch,
        observed,
        comparison,
        threshold,
        message,
        remedies,
        origin,
        causeId,
        endIteration);
  }
}
