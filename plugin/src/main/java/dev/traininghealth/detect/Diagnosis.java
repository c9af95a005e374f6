package dev.traininghealth.detect;

import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.text.Message;
import java.io.Serial;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A problem at a place, with start, evidence and remedies.
 *
 * <p>It is immutable. When it changes or ends, another instance with the same {@link #id} is
 * reported.
 *
 * @param id number within the run, from 0 in the order of the diagnoses
 * @param detector name of the detector that found it
 * @param problem the problem
 * @param severity how much harm the problem does
 * @param layer index in {@link dev.traininghealth.numbers.NetworkLayout#layers()}; -1 for the whole
 *     network
 * @param layerName the user's name of the layer, or DL4J's default; empty for the whole network
 * @param parameter index in {@link dev.traininghealth.numbers.NetworkLayout#parameters()}; -1 for
 *     none
 * @param parameterKey DL4J's key of the parameter, e.g. {@code 0_W}; empty for none
 * @param iteration DL4J's iteration at which it was found, from 0
 * @param epoch DL4J's epoch at that iteration, from 0
 * @param observed the observed value; may be NaN or infinite
 * @param comparison how the value compares with the threshold
 * @param threshold the value that {@code observed} is compared with
 * @param message the finding as a sentence with its numbers, for any language
 * @param remedies what to change, the most promising first
 * @param origin the origin of a non-finite value; null if none was determined
 * @param causeId {@link #id} of the diagnosis that causes this one; -1 for none
 * @param endIteration iteration at which it was resolved; -1 while it is active
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

  /** {@return whether it is an alarm, which is a diagnosis of WARNING or CRITICAL} */
  public boolean isAlarm() {
    return severity.isAtLeast(Severity.WARNING);
  }

  /** {@return whether it was resolved, at {@link #endIteration}} */
  public boolean isResolved() {
    return endIteration >= 0;
  }

  /**
   * {@return the same diagnosis, resolved}
   *
   * @param iteration iteration at which it was resolved
   */
  public Diagnosis ended(long iteration) {
    return with(remedies, causeId, iteration);
  }

  /**
   * {@return the same diagnosis with a cause}
   *
   * @param cause {@link #id} of another diagnosis
   */
  public Diagnosis causedBy(long cause) {
    return with(remedies, cause, endIteration);
  }

  /**
   * {@return the same diagnosis with other remedies}
   *
   * @param remedies what to change, the most promising first
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
