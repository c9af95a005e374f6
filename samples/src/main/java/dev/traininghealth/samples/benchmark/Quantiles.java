package dev.traininghealth.samples.benchmark;

import java.util.List;
import java.util.stream.DoubleStream;

/** Sorted numbers and their quantiles. */
public final class Quantiles {
  private final double[] sorted;

  private Quantiles(double[] sorted) {
    this.sorted = sorted;
  }

  /** Sorts the values. */
  public static Quantiles of(DoubleStream values) {
    return new Quantiles(values.sorted().toArray());
  }

  static Quantiles of(List<Double> values) {
    return of(values.stream().mapToDouble(Double::doubleValue));
  }

  /** The median; NaN without numbers. */
  public double median() {
    return quantile(0.5);
  }

  /** The quantile, interpolated between the two nearest values; NaN without numbers. */
  public double quantile(double share) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    double at = share * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
