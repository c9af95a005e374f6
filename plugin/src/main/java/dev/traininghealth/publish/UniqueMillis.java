package dev.traininghealth.publish;

import java.time.Clock;
import java.util.function.LongSupplier;

/**
 * Unique and increasing timestamps, independent of the clock. Storages use the millisecond as the
 * key of a record and replace an existing one. Thread-safe.
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

  /** The given time, or the first later one that has not been returned yet. */
  synchronized long notBefore(long millis) {
    last = Math.max(millis, last + 1);
    return last;
  }
}
