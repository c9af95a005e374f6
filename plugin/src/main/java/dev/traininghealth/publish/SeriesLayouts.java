package dev.traininghealth.publish;

import dev.traininghealth.measure.ParameterRole;
import dev.traininghealth.publish.RunDescription.Layer;
import dev.traininghealth.publish.RunDescription.Parameter;
import dev.traininghealth.publish.Series.Scope;
import java.util.ArrayList;
import java.util.List;

/**
 * Which series are recorded of a network, in the order of their columns: by this version of the
 * plugin, and by earlier ones. A segment does not name its series, so that one of an earlier run
 * can only be read with the layout of the version that wrote it.
 */
final class SeriesLayouts {
  /** Series of the run that versions without interventions did not have; always the last ones. */
  private static final List<Quantity> OF_INTERVENTIONS =
      List.of(
          Quantity.GLOBAL_GRADIENT_NORM,
          Quantity.CLIPPED_GRADIENT_NORM,
          Quantity.CLIP_THRESHOLD,
          Quantity.SKIPPED,
          Quantity.LEARNING_RATE_FACTOR);

  private SeriesLayouts() {}

  /** The series that are recorded now: those that the page shows, and no others. */
  static List<Series> current(List<Layer> layers, List<Parameter> parameters) {
    return all(layers, parameters).stream().filter(SeriesLayouts::isShown).toList();
  }

  /** The series that earlier versions recorded of such a network, one list for each layout. */
  static List<List<Series>> earlier(List<Layer> layers, List<Parameter> parameters) {
    List<Series> all = all(layers, parameters);
    return List.of(all, all.subList(0, all.size() - OF_INTERVENTIONS.size()));
  }

  private static boolean isShown(Series series) {
    return switch (series.scope()) {
      case RUN ->
          series.quantity() != Quantity.UPDATE_RATIO && series.quantity() != Quantity.SKIPPED;
      case LAYER -> series.quantity() != Quantity.ACTIVATION_STANDARD_DEVIATION;
      case PARAMETER -> series.quantity() == Quantity.LARGEST_SINGULAR_VALUE;
    };
  }

  /**
   * Every series that was ever recorded. The order is that of stored segments: it never changes.
   */
  private static List<Series> all(List<Layer> layers, List<Parameter> parameters) {
    List<Series> series = new ArrayList<>();
    for (Quantity quantity :
        List.of(
            Quantity.SCORE,
            Quantity.VALIDATION_SCORE,
            Quantity.GRADIENT_NORM,
            Quantity.WEIGHT_NORM,
            Quantity.UPDATE_NORM,
            Quantity.UPDATE_RATIO,
            Quantity.BATCH_SIZE,
            Quantity.STEP_MILLIS,
            Quantity.COST_SHARE)) {
      series.add(new Series(quantity, Scope.RUN, 0));
    }
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i).parameterCount() > 0) {
        series.add(new Series(Quantity.GRADIENT_NORM, Scope.LAYER, i));
        series.add(new Series(Quantity.WEIGHT_NORM, Scope.LAYER, i));
        series.add(new Series(Quantity.UPDATE_NORM, Scope.LAYER, i));
        series.add(new Series(Quantity.UPDATE_RATIO, Scope.LAYER, i));
        series.add(new Series(Quantity.LEARNING_RATE, Scope.LAYER, i));
      }
      series.add(new Series(Quantity.ACTIVATION_RMS, Scope.LAYER, i));
      series.add(new Series(Quantity.ACTIVATION_STANDARD_DEVIATION, Scope.LAYER, i));
      series.add(new Series(Quantity.ACTIVATION_ZERO_FRACTION, Scope.LAYER, i));
    }
    for (int i = 0; i < parameters.size(); i++) {
      Parameter p = parameters.get(i);
      if (!p.frozen() && !p.role().equals(ParameterRole.STATISTIC.name())) {
        series.add(new Series(Quantity.GRADIENT_NORM, Scope.PARAMETER, i));
        series.add(new Series(Quantity.UPDATE_NORM, Scope.PARAMETER, i));
      }
      series.add(new Series(Quantity.WEIGHT_NORM, Scope.PARAMETER, i));
      if (p.role().equals(ParameterRole.WEIGHT.name())
          || p.role().equals(ParameterRole.RECURRENT_WEIGHT.name())) {
        series.add(new Series(Quantity.LARGEST_SINGULAR_VALUE, Scope.PARAMETER, i));
      }
    }
    for (Quantity quantity : OF_INTERVENTIONS) {
      series.add(new Series(quantity, Scope.RUN, 0));
    }
    return series;
  }
}
