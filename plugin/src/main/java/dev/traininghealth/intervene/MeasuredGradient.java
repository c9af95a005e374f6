package dev.traininghealth.intervene;

import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.Norms;
import java.util.Arrays;
import java.util.stream.IntStream;

/** What the norms of this iteration's gradient say about its step. */
final class MeasuredGradient {
  private final Measurement measurement;
  private final double maxNorm;

  /**
   * @param maxNorm above which squares overflow in an updater
   */
  MeasuredGradient(Measurement measurement, double maxNorm) {
    this.measurement = measurement;
    this.maxNorm = maxNorm;
  }

  /** Whether gradient and score are finite. */
  boolean isFinite() {
    for (int p = 0; p < measurement.parameters(); p++) {
      double norm = measurement.gradientNorm(p);
      if (!Double.isFinite(norm) && !Measurement.isAbsent(norm)) {
        return false;
      }
    }
    return Double.isFinite(measurement.score());
  }

  /** Whether the updater may make something that is not finite of a finite gradient. */
  boolean mayOverflow() {
    for (int p = 0; p < measurement.parameters(); p++) {
      if (measurement.gradientNorm(p) > maxNorm) {
        return true;
      }
    }
    return false;
  }

  /** L2 norm of all gradients together, as they were measured; NaN where one is not finite. */
  double norm() {
    double[] measured =
        IntStream.range(0, measurement.parameters())
            .mapToDouble(measurement::gradientNorm)
            .filter(n -> !Measurement.isAbsent(n))
            .toArray();
    return Arrays.stream(measured).allMatch(Double::isFinite) ? Norms.join(measured) : Double.NaN;
  }
}
