package dev.traininghealth.record;

import dev.traininghealth.record.Series.Scope;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What is known of a run from its first iteration on: the network, the listener's settings, and
 * which series the run's {@link Segment}s hold, in the order of their columns.
 *
 * @param modelClass simple name of the model's class, e.g. {@code MultiLayerNetwork}
 * @param layers all layers in forward order, those without parameters included
 * @param parameters all parameter arrays, grouped by layer in forward order
 * @param series the columns of every segment of this run
 * @param startMillis when recording began, milliseconds since 1970; together with session and
 *     worker it tells this run from others, see {@link Segment#run()}
 * @param settings the listener's settings, name and value as they are shown
 */
public record RunDescription(
    String modelClass,
    List<Layer> layers,
    List<Parameter> parameters,
    List<Series> series,
    long startMillis,
    Map<String, String> settings) {

  private static final String OBSERVING = "observing";

  /**
   * A layer.
   *
   * @param name the user's name of the layer, or DL4J's default; data, never markup
   * @param type simple name of the layer's configuration class, e.g. {@code DenseLayer}
   * @param activation name of its activation function, or empty where it has none
   * @param frozen whether its parameters are never updated
   * @param firstParameter index of its first parameter in {@link RunDescription#parameters()}
   * @param parameterCount number of its parameters; 0 for a layer without any
   */
  public record Layer(
      String name,
      String type,
      String activation,
      boolean frozen,
      int firstParameter,
      int parameterCount) {
    /** Checks that nothing is missing. */
    public Layer {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(type, "type");
      Objects.requireNonNull(activation, "activation");
    }
  }

  /**
   * A parameter array.
   *
   * @param key DL4J's key of it, e.g. {@code 0_W}
   * @param name the part of the key that names it within its layer, e.g. {@code W}
   * @param layer index of its layer in {@link RunDescription#layers()}
   * @param role what it is for, e.g. {@code WEIGHT} or {@code BIAS}
   * @param length number of elements
   * @param frozen whether it is never updated
   */
  public record Parameter(
      String key, String name, int layer, String role, long length, boolean frozen) {
    /** Checks that nothing is missing. */
    public Parameter {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(role, "role");
    }
  }

  /** Copies the lists; the order of the settings is kept. */
  public RunDescription {
    Objects.requireNonNull(modelClass, "modelClass");
    layers = List.copyOf(layers);
    parameters = List.copyOf(parameters);
    series = List.copyOf(series);
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /**
   * Finds the column of a series.
   *
   * @param quantity what is measured
   * @param scope what it is measured on
   * @param index the layer or parameter; 0 for the whole run
   * @return its index in {@link #series()}, or -1 where this run has no such series
   */
  public int indexOf(Quantity quantity, Scope scope, int index) {
    for (int i = 0; i < series.size(); i++) {
      Series s = series.get(i);
      if (s.quantity() == quantity && s.scope() == scope && s.index() == index) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Tells whether the training may be changed, or that is dryRun.
   *
   * @return false for a run that is only observed
   */
  public boolean intervenes() {
    return !settings.getOrDefault("mode", OBSERVING).equals(OBSERVING);
  }

  /** Whether a segment of so many series can be one of this run. */
  boolean describes(int segmentSeries) {
    return segmentSeries == series.size();
  }

  /**
   * Tells whether an earlier run of the same session and worker may be the past of this one: it is
   * of a network with the same layers and parameters, and of a version of the plugin that recorded
   * the same series: a segment does not name its own.
   *
   * @param earlier the description of the other run
   * @return whether this run may go on with what that one recorded
   */
  public boolean mayContinue(RunDescription earlier) {
    return earlier.startMillis < startMillis
        && modelClass.equals(earlier.modelClass)
        && layers.equals(earlier.layers)
        && parameters.equals(earlier.parameters)
        && series.equals(earlier.series);
  }
}
