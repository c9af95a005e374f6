package dev.traininghealth.samples.benchmark;

import dev.traininghealth.numbers.Histogram;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.stream.IntStream;

/**
 * A measure that the plugin takes from time to time, as seen through its public view of a run.
 *
 * <p>The view has the iteration of some measures. Of the others only the value is visible: a
 * measure that gives exactly the same value as before is not counted.
 */
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
    long stamp(Measurement measurement, int slot) {
      return measurement.activationIteration(slot);
    }
  },
  /** Of the gradient's elements, by their values. */
  GRADIENT_DEVIATIONS("gradient deviations") {
    @Override
    long stamp(Measurement measurement, int slot) {
      return bits(measurement.gradientStandardDeviation(slot));
    }
  },
  /** Of the update's elements, by their values. */
  UPDATE_DEVIATIONS("update deviations") {
    @Override
    long stamp(Measurement measurement, int slot) {
      return bits(measurement.updateStandardDeviation(slot));
    }
  },
  /** Of the weights, by their edges. */
  HISTOGRAMS("histograms") {
    @Override
    long stamp(Measurement measurement, int slot) {
      Histogram histogram = measurement.weightHistogram(slot);
      return histogram.isMeasured() ? bits(histogram.min()) + bits(histogram.max()) : NEVER;
    }
  },
  /** Of each weight matrix. */
  SINGULAR_VALUES("singular values") {
    @Override
    long stamp(Measurement measurement, int slot) {
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
    long stamp(Measurement measurement, int slot) {
      return measurement.comparisonIteration();
    }
  };

  /** The stamp before the first measure. */
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

  /** A number that changes with each measure; {@link #NEVER} before the first. */
  abstract long stamp(Measurement measurement, int slot);

  /** Whether slots that are never measured have no such measure, for example biases. */
  boolean isOptional() {
    return false;
  }

  static long bits(double value) {
    return Measurement.isAbsent(value) ? NEVER : Double.doubleToRawLongBits(value);
  }
}
