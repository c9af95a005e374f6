package dev.traininghealth.publish.stock;

/** The speed between two reports, as DL4J's own pages show it. */
final class ReportedSpeed {
  private long lastMillis;
  private long lastExamples;
  private long lastRows;
  private double examplesPerSecond;
  private double rowsPerSecond;

  /** Creates a speed of 0, from the start of a run in milliseconds since 1970. */
  ReportedSpeed(long startMillis) {
    lastMillis = startMillis;
  }

  /** Takes the next report. The speed stays as it was if no time has passed. */
  void measure(ReportQueue.Slot slot) {
    long now = slot.measurement.timeMillis;
    long millis = now - lastMillis;
    if (lastRows > 0 && millis > 0) {
      examplesPerSecond = 1000.0 * (slot.examples - lastExamples) / millis;
      rowsPerSecond = 1000.0 * (slot.rows - lastRows) / millis;
    }
    if (lastRows == 0 || millis > 0) {
      lastMillis = now;
      lastExamples = slot.examples;
      lastRows = slot.rows;
    }
  }

  double examplesPerSecond() {
    return examplesPerSecond;
  }

  double rowsPerSecond() {
    return rowsPerSecond;
  }
}
