package dev.traininghealth.record;

import dev.traininghealth.text.Message;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A diagnosis in its recorded form: only numbers and texts, so that readers do not need the
 * training side. Texts are short enough for a page.
 *
 * @param run start of the run it belongs to, see {@link RunDescription#startMillis()}; ids restart
 *     with each run
 * @param id number within the run, from 0 in the order of detection
 * @param detector name of the detector that reported it
 * @param problem name of the problem, e.g. {@code dead_relu}
 * @param shownBy name of the {@link Quantity} that shows it in a layer; empty for none
 * @param severity {@code INFO}, {@code WARNING} or {@code CRITICAL}
 * @param layer index in {@link RunDescription#layers()}, or -1 for the whole network
 * @param layerName the user's name of the layer, or DL4J's default; empty for the whole network.
 *     Like all texts here it is data, never markup
 * @param parameter index in {@link RunDescription#parameters()}, or -1
 * @param parameterKey DL4J's key of the parameter, e.g. {@code 0_W}; empty without one
 * @param iteration DL4J's iteration at which it started, from 0
 * @param epoch DL4J's epoch at that iteration, from 0
 * @param timeMillis when it was recorded first, milliseconds since 1970
 * @param observed the value that shows it; may be NaN or infinite
 * @param comparison sign between value and threshold: {@code >}, {@code <}, {@code =}, or {@code is
 *     not finite}
 * @param threshold what the value is compared with; without meaning for a non-finite value
 * @param message the finding as text, with its numbers
 * @param remedies suggested changes, the most promising first
 * @param origin origin of the first non-finite value, or null if the problem is another
 * @param causeId {@link #id} of the diagnosis that causes this one, or -1
 * @param endIteration iteration at which it was resolved, or -1 while it is active
 */
public record RecordedDiagnosis(
    long run,
    long id,
    String detector,
    String problem,
    String shownBy,
    String severity,
    int layer,
    String layerName,
    int parameter,
    String parameterKey,
    long iteration,
    int epoch,
    long timeMillis,
    double observed,
    String comparison,
    double threshold,
    Message message,
    List<Remedy> remedies,
    @Nullable Origin origin,
    long causeId,
    long endIteration) {

  private static final List<String> SEVERITIES = List.of("INFO", "WARNING", "CRITICAL");

  /**
   * One suggested change.
   *
   * @param advice what to do and why
   * @param code the same in DL4J's API; empty if there is no code for it
   */
  public record Remedy(Message advice, String code) {
    /** Checks that no component is null. */
    public Remedy {
      Objects.requireNonNull(advice, "advice");
      Objects.requireNonNull(code, "code");
    }
  }

  /**
   * The place of the first non-finite value.
   *
   * @param place kind of array, e.g. {@code ACTIVATION}
   * @param layer index of the layer, or -1 for data and score
   * @param parameter index of the parameter, or -1
   * @param count number of non-finite elements of the array
   * @param rows indices of the first affected examples of the minibatch
   * @param exampleCount number of affected examples
   * @param overflow whether all inputs of the computation were finite
   * @param largestFeature largest magnitude among the finite features of the minibatch; NaN if it
   *     was not measured
   */
  public record Origin(
      String place,
      int layer,
      int parameter,
      long count,
      List<Integer> rows,
      int exampleCount,
      boolean overflow,
      double largestFeature) {
    /** Checks the values. */
    public Origin {
      Objects.requireNonNull(place, "place");
      atLeast(-1, layer, "layer");
      atLeast(-1, parameter, "parameter");
      rows = List.copyOf(rows);
    }
  }

  /** Checks the values. */
  public RecordedDiagnosis {
    Objects.requireNonNull(detector, "detector");
    Objects.requireNonNull(problem, "problem");
    Objects.requireNonNull(shownBy, "shownBy");
    Objects.requireNonNull(layerName, "layerName");
    Objects.requireNonNull(parameterKey, "parameterKey");
    Objects.requireNonNull(comparison, "comparison");
    Objects.requireNonNull(message, "message");
    atLeast(0, id, "id");
    atLeast(-1, layer, "layer");
    atLeast(-1, parameter, "parameter");
    atLeast(-1, causeId, "causeId");
    atLeast(-1, endIteration, "endIteration");
    if (!SEVERITIES.contains(severity)) {
      throw new IllegalArgumentException("severity must be of " + SEVERITIES + ", was " + severity);
    }
    if (causeId == id) {
      throw new IllegalArgumentException("a diagnosis cannot be its own cause, was " + id);
    }
    remedies = List.copyOf(remedies);
  }

  /** {@return the severity as a number: 0 for INFO, 1 for WARNING, 2 for CRITICAL} */
  public int rank() {
    return SEVERITIES.indexOf(severity);
  }

  /** {@return whether the problem was resolved, at {@link #endIteration}} */
  public boolean isResolved() {
    return endIteration >= 0;
  }

  static void atLeast(long min, long value, String name) {
    if (value < min) {
      throw new IllegalArgumentException(name + " must be >= " + min + ", was " + value);
    }
  }
}
