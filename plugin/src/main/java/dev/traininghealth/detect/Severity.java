package dev.traininghealth.detect;

/** How much harm a problem does to the run, mildest first. */
public enum Severity {
  /** Worth knowing. The run learns. */
  INFO,
  /** The run is being damaged, or does not learn. */
  WARNING,
  /** What was learned is being lost, or will be lost at the next update. */
  CRITICAL;

  /**
   * {@return whether this severity is as high as another or higher}
   *
   * @param other the severity to compare with
   */
  public boolean isAtLeast(Severity other) {
    return compareTo(other) >= 0;
  }
}
