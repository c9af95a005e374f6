package dev.traininghealth.detect;

/** How much harm is done to the run, mildest first. */
public enum Severity {
  /** Worth knowing, and the run learns. */
  INFO,
  /** The run is being damaged, or does not learn. */
  WARNING,
  /** What has been learned is being lost, or will be at the next update. */
  CRITICAL;

  /**
   * Compares harm.
   *
   * @param other what to compare with
   * @return whether this is as harmful as the other, or more
   */
  public boolean isAtLeast(Severity other) {
    return compareTo(other) >= 0;
  }
}
