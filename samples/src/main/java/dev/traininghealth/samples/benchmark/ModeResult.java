package dev.traininghealth.samples.benchmark;

import org.jspecify.annotations.Nullable;

/**
 * The results of one mode.
 *
 * @param mode the mode
 * @param millis median over the rounds of the mean step, milliseconds
 * @param ratio the steps compared with those of {@link Mode#NONE}; null for that mode
 * @param cost the cost of the listener; null without one
 */
record ModeResult(Mode mode, double millis, @Nullable Ratio ratio, @Nullable Cost cost) {
  /**
   * Step time divided by that without a listener in the same round.
   *
   * @param median over the rounds
   * @param lowerQuartile over the rounds
   * @param upperQuartile over the rounds
   */
  record Ratio(double median, double lowerQuartile, double upperQuartile) {
    static Ratio of(Quantiles ratios) {
      return new Ratio(ratios.median(), ratios.quantile(0.25), ratios.quantile(0.75));
    }

    /** Whether both quartiles are that near to 1. */
    boolean isWithin(double distance) {
      return lowerQuartile >= 1 - distance && upperQuartile <= 1 + distance;
    }
  }

  /**
   * The cost of a listener.
   *
   * @param account its own cost
   * @param operations in the median iteration
   * @param operationsAll mean per iteration
   * @param storedBytes bytes per iteration that the storage holds at the end
   * @param firstRecordMillis from the first fit to the first record for the listener's page; NaN if
   *     none came in time
   */
  record Cost(
      Account account,
      double operations,
      double operationsAll,
      double storedBytes,
      double firstRecordMillis) {}

  /**
   * A listener's own cost, measured from outside.
   *
   * @param selfShare time in callbacks and CPU time of its threads, divided by the training time,
   *     without snapshots and trials
   * @param protectionShare time for snapshots and trials, divided by the training time
   * @param micros the same time, mean per iteration, microseconds
   * @param cpuMicros CPU time in callbacks, also for snapshots and trials, and of its threads, mean
   *     per iteration, microseconds: without pauses of the JVM and what other threads took of the
   *     core
   * @param medianMicros time in the callbacks of the median iteration, microseconds
   * @param allocatedBytes on the training thread in the median iteration
   * @param allocatedBytesAll on the training thread, mean per iteration
   */
  record Account(
      double selfShare,
      double protectionShare,
      double micros,
      double cpuMicros,
      double medianMicros,
      double allocatedBytes,
      double allocatedBytesAll) {}
}
