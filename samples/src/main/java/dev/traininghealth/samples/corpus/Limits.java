package dev.traininghealth.samples.corpus;

/**
 * What ends a run before its epochs do.
 *
 * @param iterations at most
 * @param seconds at most, looked at between iterations
 */
public record Limits(int iterations, double seconds) {
  /** A run to be compared may take longer than the one that it is compared with. */
  private static final double LONGER = 3;

  /** Limits of a run that is to have as many iterations as another, though it may be slower. */
  Limits atEqualIterations(long others) {
    return new Limits((int) Math.min(iterations, others), seconds * LONGER);
  }
}
