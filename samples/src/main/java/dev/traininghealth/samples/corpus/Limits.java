package dev.traininghealth.samples.corpus;

/**
 * Limits that end a run before its epochs do.
 *
 * @param iterations maximum of iterations
 * @param seconds maximum duration, checked between iterations
 */
public record Limits(int iterations, double seconds) {
  /** Factor on the duration of a run that is compared with another. */
  private static final double LONGER = 3;

  /** Limits of a run with as many iterations as another, which may take longer. */
  Limits atEqualIterations(long others) {
    return new Limits((int) Math.min(iterations, others), seconds * LONGER);
  }
}
