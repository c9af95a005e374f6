package dev.traininghealth.publish;

import java.time.Clock;
import java.util.function.LongSupplier;

/**
 * Timestamps that are unique and increasing, whatever the clock does: storages take the millisecond
 * for the key of a record and replace what is there. Thread-safe.
 */
final class UniqueMillis implements LongSupplier {
  private final Clock clock;
  private long last = Long.MIN_VALUE;

  UniqueMillis(Clock clock) {
    this.clock = clock;
  }

  @Override
  public long getAsLong() {
    return notBefore(clock.millis());
  }

  /** The given time, or the first later one that was not given out yet. */
  synchronized long notBefore(long millis) {
    last = Math.max(millis, last + 1);
    return last;
  }
}
