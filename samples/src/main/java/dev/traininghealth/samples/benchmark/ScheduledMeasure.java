package dev.traininghealth.samples.benchmark;

import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.stream.IntStream;

/** A measure that the plugin takes from time to time, as seen through its public view of a run. */
enum ScheduledMeasure {
  /** Of hidden layers; those of an output layer come with the frozen baseline. */
  ACTIVATIONS("activations") {
    @Override
    int[] slots(NetworkLayout layout) {
      return IntStream.range(0, layout.layers().size())
          .filter(layer -> !layout.layers().get(layer).configuration().isOutput())
          .toArray();
    }

    @Override
    long iteration(Measurement measurement, int slot) {
      return measurement.activationIteration(slot);
    }
  },
  /** Of the gradient's elements. */
  GRADIENT_DEVIATIONS("gradient deviations") {
    @Override
    long iteration(Measurement measurement, int slot) {
      return measurement.gradientDeviationIteration(slot);
    }
  },
  /** Of the update's elements. */
  UPDATE_DEVIATIONS("update deviations") {
    @Override
    long iteration(Measurement measurement, int slot) {
      return measurement.updateDeviationIteration(slot);
    }
  },
  /** Of the weights. */
  HISTOGRAMS("histograms") {
    @Override
    long iteration(Measurement measurement, int slot) {
      return measurement.weightHistogramIteration(slot);
    }
  },
  /** Of each weight matrix. */
  SINGULAR_VALUES("singular values") {
    @Override
    long iteration(Measurement measurement, int slot) {
      return measurement.singularValueIteration(slot);
    }

    @Override
    boolean isOptional() {
      return true;
    }
  },
  /** Comparisons with the frozen baseline. */
  FROZEN_BASELINE("frozen baseline") {
    @Override
    int[] slots(NetworkLayout layout) {
      return new int[] {0};
    }

    @Override
    long iteration(Measurement measurement, int slot) {
      return measurement.comparisonIteration();
    }
  };

  /** The iteration before the first measure. */
  static final long NEVER = -1;

  private final String title;

  ScheduledMeasure(String title) {
    this.title = title;
  }

  /** The name in the table. */
  String title() {
    return title;
  }

  /** Indices of the layers or parameters that are measured: those that are trained. */
  int[] slots(NetworkLayout layout) {
    return IntStream.range(0, layout.parameters().size())
        .filter(parameter -> layout.parameters().get(parameter).isTrained())
        .toArray();
  }

  /** The iteration of the latest measure; {@link #NEVER} before the first. */
  abstract long iteration(Measurement measurement, int slot);

  /** Whether slots that are never measured have no such measure, for example biases. */
  boolean isOptional() {
    return false;
  }
}
