package dev.traininghealth.report;

/**
 * The mildest severity for which a build fails.
 *
 * @hidden
 */
public enum ReportedSeverity {
  /** Every diagnosis. */
  INFO(0),
  /** Alarms. */
  WARNING(1),
  /** Critical diagnoses alone. */
  CRITICAL(2);

  private final int rank;

  ReportedSeverity(int rank) {
    this.rank = rank;
  }

  /** The rank as that of a recorded diagnosis. */
  int rank() {
    return rank;
  }
}
