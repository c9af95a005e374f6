package dev.traininghealth.ui;

import dev.traininghealth.record.Quantity;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a page's request.
 *
 * @hidden
 * @param session null for the latest session
 * @param worker null for the first worker
 * @param quantity the quantity of the heatmap
 * @param from first iteration, or null for the first recorded one
 * @param to last iteration, or null for the last recorded one
 * @param last number of the latest iterations to show instead of a range, or null
 * @param layer index of the layer that is asked for, or null
 * @param baseline session of the run to compare with, or null
 * @param baselineWorker worker of the run to compare with, or null for the one of the same name
 * @param since version that the page already has, or null
 * @param without charts of all layers to leave out, of {@link #OF_LAYERS}
 */
public record PageRequest(
    @Nullable String session,
    @Nullable String worker,
    Quantity quantity,
    @Nullable Long from,
    @Nullable Long to,
    @Nullable Long last,
    @Nullable Long layer,
    @Nullable String baseline,
    @Nullable String baselineWorker,
    @Nullable String since,
    Set<String> without) {

  /** The possible quantities of the heatmap, all of layers. */
  public static final List<Quantity> HEATMAP = Quantity.ofLayers();

  /** The charts of all layers, the largest part of an answer of a deep network. */
  public static final List<String> OF_LAYERS = List.of("heatmap", "updateRatios", "singularValues");

  /** The parameters of a request as they were sent. */
  public interface Parameters {
    /**
     * {@return the value of a parameter; null if the request has none}
     *
     * @param name its name
     */
    @Nullable String get(String name);
  }

  /**
   * Reads the parameters of a request.
   *
   * @param session the session of the path in multi-session mode; null if the path has none and a
   *     parameter may name it
   * @param parameters the parameters as they were sent
   * @return the parameters
   * @throws RequestException with the wrong parameter, its value, and what is allowed
   */
  public static PageRequest of(@Nullable String session, Parameters parameters)
      throws RequestException {
    Long from = iteration(parameters, "from");
    Long to = iteration(parameters, "to");
    if (from != null && to != null && from > to) {
      throw RequestException.badRequest("from must not be after to, was " + from + " and " + to);
    }
    Long last = iteration(parameters, "last");
    if (last != null && last == 0) {
      throw RequestException.badRequest("last must be a number of iterations, was 0");
    }
    if (last != null && (from != null || to != null)) {
      throw RequestException.badRequest("last cannot be combined with from or to, was " + last);
    }
    return new PageRequest(
        session == null ? text(parameters, "session") : session,
        text(parameters, "worker"),
        quantity(text(parameters, "quantity")),
        from,
        to,
        last,
        wholeNumber(parameters, "layer", "the number of a layer"),
        text(parameters, "baseline"),
        text(parameters, "baselineWorker"),
        text(parameters, "since"),
        without(text(parameters, "without")));
  }

  private static Set<String> without(@Nullable String names) throws RequestException {
    Set<String> without = new HashSet<>(names == null ? List.of() : List.of(names.split(",")));
    if (!OF_LAYERS.containsAll(without)) {
      throw RequestException.badRequest(
          "without must be names of " + OF_LAYERS + ", separated by commas, was \"" + names + "\"");
    }
    return without;
  }

  private static @Nullable String text(Parameters parameters, String name) {
    String value = parameters.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  private static @Nullable Long iteration(Parameters parameters, String name)
      throws RequestException {
    return wholeNumber(parameters, name, "an iteration");
  }

  private static @Nullable Long wholeNumber(Parameters parameters, String name, String what)
      throws RequestException {
    String value = text(parameters, name);
    if (value == null) {
      return null;
    }
    try {
      long number = Long.parseLong(value);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below, with the value.
    }
    throw RequestException.badRequest(
        name + " must be " + what + ", a whole number of 0 or more, was \"" + value + "\"");
  }

  private static Quantity quantity(@Nullable String name) throws RequestException {
    if (name == null) {
      return Quantity.GRADIENT_NORM;
    }
    for (Quantity quantity : HEATMAP) {
      if (quantity.name().equals(name)) {
        return quantity;
      }
    }
    throw RequestException.badRequest(
        "quantity must be one of " + HEATMAP + ", was \"" + name + "\"");
  }
}
