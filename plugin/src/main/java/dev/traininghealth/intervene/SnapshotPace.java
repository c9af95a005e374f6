package dev.traininghealth.intervene;

import dev.traininghealth.guard.CostAccount;

/** Decides when a snapshot is due, so that snapshots stay within their share of the time. */
final class SnapshotPace {
  /** Maximum share of the training time for snapshots. */
  private static final double MAX_TIME_SHARE = 0.005;

  /** Minimum iterations between two snapshots: a rollback over fewer loses little. */
  private static final int MIN_INTERVAL_ITERATIONS = 50;

  /** Time to fill untouched memory, nanoseconds per byte. */
  private static final double NANOS_PER_BYTE = 0.5;

  private final CostAccount account;
  private int iterationsSince;
  private long startNanos;

  /** Duration of a snapshot, nanoseconds; estimated from its size before it is measured. */
  private double typicalNanos;

  /** Whether no snapshot has been taken yet. */
  private boolean first = true;

  /**
   * @param bytes size of a snapshot
   */
  SnapshotPace(CostAccount account, long bytes) {
    this.account = account;
    typicalNanos = NANOS_PER_BYTE * bytes;
  }

  /** {@return whether a snapshot is due; must be called once per iteration} */
  boolean isDue() {
    iterationsSince++;
    return iterationsSince >= MIN_INTERVAL_ITERATIONS
        && iterationsSince * account.typicalStep() * MAX_TIME_SHARE >= typicalNanos;
  }

  /** {@return the iterations since the latest snapshot} */
  int iterationsSince() {
    return iterationsSince;
  }

  /** Continues to wait, as many iterations after a snapshot. */
  void continueFrom(int iterations) {
    iterationsSince = iterations;
  }

  void onStart() {
    startNanos = account.now();
  }

  void onTaken() {
    double duration = account.now() - startNanos;
    iterationsSince = 0;
    if (first) {
      first = false; // it loads classes, and would delay small networks for thousands of iterations
      return;
    }
    // A shorter duration counts at once, a longer one gradually.
    typicalNanos =
        duration < typicalNanos ? duration : typicalNanos + 0.2 * (duration - typicalNanos);
  }
}
