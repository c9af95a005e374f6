package dev.traininghealth.record;

import dev.traininghealth.text.Message;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A diagnosis as it is recorded: numbers and texts alone, so that who reads it needs nothing of the
 * training side. Texts are of a length that a page can show.
 *
 * @param run when the run began that it belongs to, see {@link RunDescription#startMillis()}; ids
 *     begin anew with each run
 * @param id number within the run, from 0 in the order in which they were found
 * @param detector name of the detector that found it
 * @param problem what is wrong, e.g. {@code dead_relu}
 * @param shownBy name of the {@link Quantity} that shows it in a layer; empty for none
 * @param severity {@code INFO}, {@code WARNING} or {@code CRITICAL}
 * @param layer index in {@link RunDescription#layers()}, or -1 for the whole network
 * @param layerName the user's name of the layer, or DL4J's default; empty for the whole network;
 *     data, never markup, as all texts here
 * @param parameter index in {@link RunDescription#parameters()}, or -1
 * @param parameterKey DL4J's key of the parameter, e.g. {@code 0_W}; empty without one
 * @param iteration DL4J's iteration at which it was found, from 0
 * @param epoch DL4J's epoch at that iteration, from 0
 * @param timeMillis when it was recorded first, milliseconds since 1970
 * @param observed the value that shows it; may be NaN or infinite
 * @param comparison sign between value and threshold: {@code >}, {@code <}, {@code =}, or {@code is
 *     not finite}
 * @param threshold what the value is compared with; of no meaning where it is not finite
 * @param message the finding in words, with its numbers
 * @param remedies what to change, the most promising first
 * @param origin where the first non-finite value was found, or null where that is not what was
 *     looked for
 * @param causeId {@link #id} of the diagnosis that this one follows from, or -1
 * @param endIteration iteration at which it was seen no more, or -1 while it stands
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
   * One thing to change.
   *
   * @param advice what to do and why
   * @param code the same in DL4J's API; empty where there is no code for it
   */
  public record Remedy(Message advice, String code) {
    /** Checks that nothing is missing. */
    public Remedy {
      Objects.requireNonNull(advice, "advice");
      Objects.requireNonNull(code, "code");
    }
  }

  /**
   * Where the first value stood that was not finite.
   *
   * @param place kind of array, e.g. {@code ACTIVATION}
   * @param layer index of the layer, or -1 for data and score
   * @param parameter index of the parameter, or -1
   * @param count how many elements of the array were not finite
   * @param rows indices of the first of the minibatch's examples that carry it
   * @param exampleCount how many examples carry it
   * @param overflow whether everything that went into the computation was finite
   * @param largestFeature largest magnitude among the finite features of the minibatch; NaN where
   *     it was not looked at
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

  /**
   * Compares harm.
   *
   * @return 0 for {@code INFO}, 1 for {@code WARNING}, 2 for {@code CRITICAL}
   */
  public int rank() {
    return SEVERITIES.indexOf(severity);
  }

  /**
   * Tells whether it is over.
   *
   * @return whether the problem was seen no more from {@link #endIteration} on
   */
  public boolean isResolved() {
    return endIteration >= 0;
  }

  static void atLeast(long least, long value, String name) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be >= " + least + ", was " + value);
    }
  }
}
