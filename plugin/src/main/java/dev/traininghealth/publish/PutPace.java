package dev.traininghealth.publish;

/**
 * Says when to put into the storage: every interval, but less often where that takes more than 1 %
 * of the time, as a file storage does that follows a thousand iterations a second. The less often,
 * the less there is to put, for what was made coarser in between is put once. The share is that of
 * a long time, so that a costly start delays nothing; and ten intervals are the longest pause.
 */
final class PutPace {
  private static final double SHARE = 0.01;
  private static final int MAX_INTERVALS = 10;

  /** What may be spent beyond the share: for the start, when no code is compiled yet. */
  private static final long MAX_CREDIT_NANOS = 500_000_000;

  private final long intervalNanos;
  private long credit = MAX_CREDIT_NANOS;
  private long last;

  /**
   * Creates a pace of which the first put is due at once.
   *
   * @param now the time in nanoseconds, of a clock that only goes forward
   */
  PutPace(long intervalNanos, long now) {
    this.intervalNanos = intervalNanos;
    last = now - intervalNanos;
  }

  boolean isDue(long now) {
    long passed = now - last;
    return passed >= intervalNanos
        && (credit + passed * SHARE > 0 || passed / MAX_INTERVALS >= intervalNanos);
  }

  /** Tells of a put that has just ended, and the CPU time that it took. */
  void put(long now, long costNanos) {
    double earned = (now - last) * SHARE;
    credit = (long) Math.min(MAX_CREDIT_NANOS, credit + earned - costNanos);
    last = now;
  }

  /** How long to sleep before asking again. */
  long nanosToSleep(long now) {
    long passed = now - last;
    return passed < intervalNanos ? intervalNanos - passed : intervalNanos;
  }
}
