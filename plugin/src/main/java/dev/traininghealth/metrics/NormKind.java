package dev.traininghealth.metrics;

import dev.traininghealth.live.LiveNumbers.Latest;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Norms;
import dev.traininghealth.numbers.ParameterRole;
import java.util.List;
import java.util.stream.IntStream;

/** The norms that have meters: of the whole network and of each layer. */
enum NormKind {
  GRADIENT("gradient", "L2 norm of the gradient, the mean over the minibatch, before clipping"),
  WEIGHT("weight", "L2 norm of the trained weights"),
  UPDATE("update", "L2 norm of the latest measured update of the weights");

  /** The part of the meters' names. */
  final String label;

  final String description;

  NormKind(String label, String description) {
    this.label = label;
    this.description = description;
  }

  /** {@return the norm over all trained parameters; NaN before it was measured} */
  double ofNetwork(Latest latest) {
    NetworkLayout layout = latest.layout();
    return norm(
        latest,
        IntStream.range(0, layout.parameters().size())
            .filter(p -> layout.parameters().get(p).isTrained()));
  }

  /**
   * {@return the norm over a layer's parameters; NaN before it was measured, and if the present
   * network has no layer of this name}
   *
   * @param name name of the layer
   */
  double ofLayer(Latest latest, String name) {
    for (NetworkLayout.Layer layer : latest.layout().layers()) {
      if (layer.name().equals(name)) {
        return norm(latest, parameters(latest.layout(), layer));
      }
    }
    return Double.NaN;
  }

  /** {@return whether a layer has what this is the norm of} */
  boolean isOf(NetworkLayout layout, NetworkLayout.Layer layer) {
    return parameters(layout, layer).findAny().isPresent();
  }

  /** A frozen layer has weights, but neither gradient nor update. */
  private IntStream parameters(NetworkLayout layout, NetworkLayout.Layer layer) {
    List<NetworkLayout.Parameter> all = layout.parameters();
    int first = layer.firstParameter();
    int[] slots = IntStream.range(first, first + layer.parameterCount()).toArray();
    int[] trained = IntStream.of(slots).filter(p -> all.get(p).isTrained()).toArray();
    return this == WEIGHT && trained.length == 0
        ? IntStream.of(slots).filter(p -> all.get(p).role() != ParameterRole.STATISTIC)
        : IntStream.of(trained);
  }

  private double norm(Latest latest, IntStream parameters) {
    double[] parts =
        parameters
            .mapToDouble(p -> value(latest.measurement(), p))
            .filter(value -> !Measurement.isAbsent(value))
            .toArray();
    return parts.length == 0 ? Double.NaN : Norms.join(parts);
  }

  private double value(Measurement measurement, int parameter) {
    return switch (this) {
      case GRADIENT -> measurement.gradientNorm(parameter);
      case WEIGHT -> measurement.weightNorm(parameter);
      case UPDATE -> measurement.updateNorm(parameter);
    };
  }
}
