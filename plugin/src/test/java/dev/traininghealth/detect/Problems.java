package dev.traininghealth.detect;

import java.util.Arrays;

/** A problem for each family, where a test cares about the family alone. */
public final class Problems {
  private Problems() {}

  /** The family that files and tables call so. */
  public static ProblemFamily family(String label) {
    return Arrays.stream(ProblemFamily.values())
        .filter(f -> f.label().equals(label))
        .findFirst()
        .orElse(ProblemFamily.OTHER);
  }

  /** A problem of the family that files and tables call so, or one of that name. */
  public static Problem of(String label) {
    return new Problem(label, family(label));
  }
}
