package dev.traininghealth.publish;

/**
 * Decides when to put records into the storage. It does so every interval, but less often if that
 * takes more than 1 % of the time. That happens with a file storage at a thousand iterations per
 * second. Putting less often also puts less, because segments that were merged in between are put
 * once. The share is taken over a long time, so that an expensive start delays nothing; the longest
 * pause is {@value #MAX_INTERVALS} intervals.
 */
final class PutPace {
  private static final double COST_SHARE = 0.01;
  private static final int MAX_INTERVALS = 10;

  /** Time that may be spent beyond the share, for the start, when no code is compiled yet. */
  private static final long MAX_CREDIT_NANOS = 500_000_000;

  private final long intervalNanos;
  private long credit = MAX_CREDIT_NANOS;
  private long last;

  /**
   * Creates a pace whose first put is due at once.
   *
   * @param now the time in nanoseconds, from a clock that only goes forward
   */
  PutPace(long intervalNanos, long now) {
    this.intervalNanos = intervalNanos;
    last = now - intervalNanos;
  }

  boolean isDue(long now) {
    long passed = now - last;
    return passed >= intervalNanos
        && (credit + passed * COST_SHARE > 0 || passed / MAX_INTERVALS >= intervalNanos);
  }

  /** Takes the end time and the CPU time of a put, in nanoseconds. */
  void put(long now, long costNanos) {
    double earned = (now - last) * COST_SHARE;
    credit = (long) Math.min(MAX_CREDIT_NANOS, credit + earned - costNanos);
    last = now;
  }

  /** Nanoseconds to sleep before the next check. */
  long nanosToSleep(long now) {
    long passed = now - last;
    return passed < intervalNanos ? intervalNanos - passed : intervalNanos;
  }
}
