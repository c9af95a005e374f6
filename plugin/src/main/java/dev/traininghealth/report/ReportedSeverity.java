package dev.traininghealth.report;

/**
 * The mildest severity for which a build fails, in the order of their ranks.
 *
 * @hidden
 */
public enum ReportedSeverity {
  /** Every diagnosis. */
  INFO,
  /** Alarms. */
  WARNING,
  /** Critical diagnoses alone. */
  CRITICAL
}
