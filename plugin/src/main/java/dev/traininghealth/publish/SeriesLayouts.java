package dev.traininghealth.publish;

import dev.traininghealth.numbers.ParameterRole;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.RunDescription.Layer;
import dev.traininghealth.record.RunDescription.Parameter;
import dev.traininghealth.record.Series;
import dev.traininghealth.record.Series.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The recorded series of a network, in the order of their columns: only those that the page shows.
 * Earlier versions recorded more; their records are read by their own description.
 */
final class SeriesLayouts {
  private static final List<Quantity> OF_THE_RUN =
      List.of(
          Quantity.SCORE,
          Quantity.VALIDATION_SCORE,
          Quantity.GRADIENT_NORM,
          Quantity.WEIGHT_NORM,
          Quantity.UPDATE_NORM,
          Quantity.BATCH_SIZE,
          Quantity.STEP_MILLIS,
          Quantity.COST_SHARE,
          Quantity.START_COST_SECONDS);

  private static final List<Quantity> OF_TRAINED_LAYERS =
      List.of(
          Quantity.GRADIENT_NORM,
          Quantity.WEIGHT_NORM,
          Quantity.UPDATE_NORM,
          Quantity.UPDATE_RATIO,
          Quantity.LEARNING_RATE);

  private static final List<Quantity> OF_LAYERS =
      RowSources.LAYERS.stream().map(RowSources.OfLayers::quantity).toList();

  /** Of each trained parameter of a layer with several of them, in the rows that it has them in. */
  private static final List<Quantity> OF_PARAMETERS =
      List.of(Quantity.GRADIENT_NORM, Quantity.WEIGHT_NORM, Quantity.UPDATE_NORM);

  /**
   * Maximum of series with those of {@link #OF_PARAMETERS}: networks of about eighty layers with
   * weights and biases. Records of more series have less than half as many rows as those of a small
   * network, and a page that compares parameters of one layer is not worth shorter ones.
   */
  private static final int MAX_SERIES = 1_500;

  private static final List<Quantity> OF_INTERVENTIONS =
      RowSources.PROTECTION.stream().map(RowSources.OfRun::quantity).toList();

  private SeriesLayouts() {}

  static List<Series> of(List<Layer> layers, List<Parameter> parameters) {
    List<Series> series = new ArrayList<>();
    add(OF_THE_RUN, Scope.RUN, 0, series);
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i).parameterCount() > 0) {
        add(OF_TRAINED_LAYERS, Scope.LAYER, i, series);
      }
      add(OF_LAYERS, Scope.LAYER, i, series);
    }
    for (int i = 0; i < parameters.size(); i++) {
      String role = parameters.get(i).role();
      if (role.equals(ParameterRole.WEIGHT.name())
          || role.equals(ParameterRole.RECURRENT_WEIGHT.name())) {
        series.add(new Series(Quantity.LARGEST_SINGULAR_VALUE, Scope.PARAMETER, i));
      }
    }
    add(OF_INTERVENTIONS, Scope.RUN, 0, series);
    List<Integer> single = comparedParameters(layers, parameters);
    if (series.size() + single.size() * OF_PARAMETERS.size() <= MAX_SERIES) {
      single.forEach(p -> add(OF_PARAMETERS, Scope.PARAMETER, p, series));
    }
    return series;
  }

  /** The trained parameters of layers that have several of them: others are the layer's norm. */
  private static List<Integer> comparedParameters(List<Layer> layers, List<Parameter> parameters) {
    List<Integer> compared = new ArrayList<>();
    for (Layer layer : layers) {
      int first = layer.firstParameter();
      List<Integer> trained =
          IntStream.range(first, first + layer.parameterCount())
              .filter(p -> isTrained(parameters.get(p)))
              .boxed()
              .toList();
      if (trained.size() > 1) {
        compared.addAll(trained);
      }
    }
    return compared;
  }

  private static boolean isTrained(Parameter parameter) {
    return !parameter.frozen() && ParameterRole.valueOf(parameter.role()).hasGradient();
  }

  private static void add(List<Quantity> quantities, Scope scope, int index, List<Series> to) {
    for (Quantity quantity : quantities) {
      to.add(new Series(quantity, scope, index));
    }
  }
}
