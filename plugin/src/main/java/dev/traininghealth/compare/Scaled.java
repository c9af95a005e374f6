package dev.traininghealth.compare;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * The block means of both runs on the scale on which they are compared: logarithms, because
 * differences of norms and scores are factors; or, if a score is negative, shares of the baseline
 * run's course.
 */
final class Scaled {
  /**
   * What is added to each value before its logarithm is taken, as a share of the baseline run's
   * largest one. Single precision has seven digits: a score of which a hundred-thousandth is left
   * is at the end of its way, and varies by factors from run to run.
   */
  private static final double FLOOR_SHARE = 1e-5;

  private final double[] baseline;
  private final double[] run;
  private final boolean isLogarithmic;

  private Scaled(double[] baseline, double[] run, boolean isLogarithmic) {
    this.baseline = baseline;
    this.run = run;
    this.isLogarithmic = isLogarithmic;
  }

  static Scaled of(double[] baseline, double[] run) {
    if (both(baseline, run).filter(Double::isFinite).allMatch(v -> v >= 0)) {
      double largest = largest(Arrays.stream(baseline));
      double floor = FLOOR_SHARE * (largest > 0 ? largest : largest(both(baseline, run)));
      return new Scaled(logarithms(baseline, floor), logarithms(run, floor), true);
    }
    double[] finite = Arrays.stream(baseline).filter(Double::isFinite).toArray();
    double course = Arrays.stream(finite).max().orElse(0) - Arrays.stream(finite).min().orElse(0);
    double scale = course > 0 ? course : 1;
    return new Scaled(shares(baseline, scale), shares(run, scale), false);
  }

  private static DoubleStream both(double[] baseline, double[] run) {
    return DoubleStream.concat(Arrays.stream(baseline), Arrays.stream(run));
  }

  private static double largest(DoubleStream values) {
    return values.filter(Double::isFinite).max().orElse(1);
  }

  private static double[] logarithms(double[] values, double floor) {
    return Arrays.stream(values)
        .map(v -> Double.isFinite(v) ? Math.log(v + floor) : DepartureSearch.BEYOND)
        .toArray();
  }

  private static double[] shares(double[] values, double scale) {
    return Arrays.stream(values)
        .map(v -> Double.isFinite(v) ? v / scale : DepartureSearch.BEYOND)
        .toArray();
  }

  double[] baseline() {
    return baseline;
  }

  double[] run() {
    return run;
  }

  /** Whether the values are logarithms. */
  boolean isLogarithmic() {
    return isLogarithmic;
  }
}
