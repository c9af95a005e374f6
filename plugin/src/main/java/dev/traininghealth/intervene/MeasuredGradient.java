package dev.traininghealth.intervene;

import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.Norms;

/** Judges a step by the measured norms of this iteration's gradient. */
final class MeasuredGradient {
  private final Measurement measurement;
  private final double maxNorm;

  /**
   * @param maxNorm norm above which squares overflow in an updater
   */
  MeasuredGradient(Measurement measurement, double maxNorm) {
    this.measurement = measurement;
    this.maxNorm = maxNorm;
  }

  /** {@return whether gradient and score are finite} */
  boolean isFinite() {
    for (int p = 0; p < measurement.parameters(); p++) {
      double norm = measurement.gradientNorm(p);
      if (!Double.isFinite(norm) && !Measurement.isAbsent(norm)) {
        return false;
      }
    }
    return Double.isFinite(measurement.score());
  }

  /** {@return whether the updater may turn a finite gradient into a non-finite update} */
  boolean mayOverflow() {
    for (int p = 0; p < measurement.parameters(); p++) {
      if (measurement.gradientNorm(p) > maxNorm) {
        return true;
      }
    }
    return false;
  }

  /** {@return the measured global gradient norm; NaN if any part is non-finite} */
  double norm() {
    double[] measured = new double[measurement.parameters()];
    int count = 0;
    for (int parameter = 0; parameter < measured.length; parameter++) {
      double norm = measurement.gradientNorm(parameter);
      if (Measurement.isAbsent(norm)) {
        continue;
      }
      if (!Double.isFinite(norm)) {
        return Double.NaN;
      }
      measured[count++] = norm;
    }
    return Norms.join(measured, 0, count);
  }
}
