package dev.traininghealth.intervene;

import dev.traininghealth.guard.CostAccount;

/** Decides when a snapshot is taken: as seldom as it takes to keep their share of the time. */
final class SnapshotPace {
  /** Share of the training time that snapshots may take. */
  private static final double SHARE = 0.005;

  /** Iterations between two snapshots at least: little is lost in fewer. */
  private static final int MIN_ITERATIONS_BETWEEN = 50;

  /** Memory that has never been touched is filled at about two bytes a nanosecond. */
  private static final double NANOS_PER_BYTE = 0.5;

  private final CostAccount account;
  private int since;
  private long begun;

  /** What one takes; guessed from its size before it is known. */
  private double nanos;

  /** None has been taken yet. */
  private boolean first = true;

  /**
   * @param bytes size of a snapshot
   */
  SnapshotPace(CostAccount account, long bytes) {
    this.account = account;
    nanos = NANOS_PER_BYTE * bytes;
  }

  /** Whether it is time for one; to be asked once an iteration. */
  boolean isDue() {
    since++;
    return since >= MIN_ITERATIONS_BETWEEN && since * account.typicalStep() * SHARE >= nanos;
  }

  void begin() {
    begun = System.nanoTime();
  }

  void taken() {
    double took = System.nanoTime() - begun;
    since = 0;
    if (first) {
      first = false; // it loads classes: a small network would wait for thousands of iterations
      return;
    }
    // Falling costs are followed at once.
    nanos = took < nanos ? took : nanos + 0.2 * (took - nanos);
  }
}
