package dev.traininghealth.measure.conditions;

import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.guard.Guard;
import dev.traininghealth.numbers.ConditionsRecord;
import org.jspecify.annotations.Nullable;

/** Reads garbage collection and memory of the JVM about once in a second of training. */
final class JvmReadings {
  /**
   * Training time between two readings, nanoseconds. One takes up to a tenth of a millisecond,
   * which is then 0.01 % of the time. Memory and speed that change within a second are no trend.
   */
  private static final double INTERVAL_NANOS = 1e9;

  private final CostAccount account;
  private final Guard guard =
      Guard.optional(
          "Reading the memory of the JVM",
          "neither memory that grows nor iterations that become slower are diagnosed");

  /** Null until the first reading if it is the JVM, whose classes take milliseconds to load. */
  private @Nullable MemorySource source;

  private double readAtNanos;

  JvmReadings(CostAccount account, @Nullable MemorySource source) {
    this.account = account;
    this.source = source;
  }

  void readIfDue(ConditionsRecord to) {
    double now = account.trainingNanos();
    if (now - readAtNanos < INTERVAL_NANOS || guard.isOff()) {
      return;
    }
    readAtNanos = now;
    try {
      MemorySource from = source;
      if (from == null) {
        from = new JvmBeans()::read;
        source = from;
      }
      from.read(to);
      to.readings++;
    } catch (Throwable e) {
      guard.failed(e);
    }
  }
}
