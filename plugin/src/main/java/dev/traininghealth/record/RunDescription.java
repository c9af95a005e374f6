package dev.traininghealth.record;

import dev.traininghealth.record.Series.Scope;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The constant data of a run: the network, the listener's settings, and the series of its {@link
 * Segment}s in the order of their columns.
 *
 * @param modelClass simple name of the model's class, e.g. {@code MultiLayerNetwork}
 * @param layers all layers in forward order, including those without parameters
 * @param parameters all parameter arrays, grouped by layer in forward order
 * @param series the columns of every segment of this run
 * @param startMillis when recording began, milliseconds since 1970; together with session and
 *     worker it identifies the run, see {@link Segment#run()}
 * @param settings the listener's settings, name and value as shown on the page
 * @param vertices how a graph is connected, each vertex after its inputs; empty for a chain, and in
 *     records of earlier versions
 */
public record RunDescription(
    String modelClass,
    List<Layer> layers,
    List<Parameter> parameters,
    List<Series> series,
    long startMillis,
    Map<String, String> settings,
    List<Vertex> vertices) {

  private static final String OBSERVING = "observing";

  /**
   * A layer.
   *
   * @param name the user's name of the layer, or DL4J's default; data, never markup
   * @param type simple name of the layer's configuration class, e.g. {@code DenseLayer}
   * @param activation name of its activation function, or empty for none
   * @param frozen whether its parameters are never updated
   * @param firstParameter index of its first parameter in {@link RunDescription#parameters()}
   * @param parameterCount number of its parameters; 0 for a layer without any
   * @param depth number of layers before it on the longest path from an input; its index if the
   *     network is a chain
   */
  public record Layer(
      String name,
      String type,
      String activation,
      boolean frozen,
      int firstParameter,
      int parameterCount,
      int depth) {
    /** Checks that no component is null. */
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
   * @param name the part of the key after the layer, e.g. {@code W}
   * @param layer index of its layer in {@link RunDescription#layers()}
   * @param role its role, e.g. {@code WEIGHT} or {@code BIAS}
   * @param length number of elements
   * @param frozen whether it is never updated
   */
  public record Parameter(
      String key, String name, int layer, String role, long length, boolean frozen) {
    /** Checks that no component is null. */
    public Parameter {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(role, "role");
    }
  }

  /**
   * A vertex of a graph: an input, a layer, or what combines others, such as a sum.
   *
   * @param name the user's name of it; data, never markup
   * @param type simple name of its class, e.g. {@code ElementWiseVertex}
   * @param layer index of its layer in {@link RunDescription#layers()}; -1 if it is none
   * @param inputs indices of the vertices that it reads, all of them before it
   */
  public record Vertex(String name, String type, int layer, List<Integer> inputs) {
    /** Copies the list. */
    public Vertex {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(type, "type");
      inputs = List.copyOf(inputs);
    }
  }

  /**
   * Describes a run whose network is a chain.
   *
   * @param modelClass simple name of the model's class
   * @param layers all layers in forward order
   * @param parameters all parameter arrays
   * @param series the columns of every segment
   * @param startMillis when recording began, milliseconds since 1970
   * @param settings the listener's settings
   */
  public RunDescription(
      String modelClass,
      List<Layer> layers,
      List<Parameter> parameters,
      List<Series> series,
      long startMillis,
      Map<String, String> settings) {
    this(modelClass, layers, parameters, series, startMillis, settings, List.of());
  }

  /** Copies the lists and keeps the order of the settings. */
  public RunDescription {
    Objects.requireNonNull(modelClass, "modelClass");
    layers = List.copyOf(layers);
    parameters = List.copyOf(parameters);
    series = List.copyOf(series);
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    vertices = List.copyOf(vertices);
  }

  /**
   * Finds the column of a series.
   *
   * @param quantity the measured quantity
   * @param scope the kind of object that it is measured on
   * @param index the layer or parameter; 0 for the whole run
   * @return its index in {@link #series()}, or -1 if this run has no such series
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
   * Whether the run may have interventions, applied ones or those of a dry run.
   *
   * @return false for a run that is only observed
   */
  public boolean intervenes() {
    return !settings.getOrDefault("mode", OBSERVING).equals(OBSERVING);
  }

  /** Whether a segment with this number of series can belong to this run. */
  boolean describes(int segmentSeries) {
    return segmentSeries == series.size();
  }

  /**
   * Whether this run may continue an earlier one of the same session and worker. That requires the
   * same layers and parameters, and the same recorded series, because a segment does not name its
   * own.
   *
   * @param earlier the description of the other run
   * @return whether the records of both runs may be shown as one
   */
  public boolean mayContinue(RunDescription earlier) {
    return earlier.startMillis < startMillis
        && modelClass.equals(earlier.modelClass)
        && layers.equals(earlier.layers)
        && parameters.equals(earlier.parameters)
        && series.equals(earlier.series);
  }
}
