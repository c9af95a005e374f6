package dev.traininghealth.samples.benchmark;

import org.jspecify.annotations.Nullable;

/**
 * The results of one mode.
 *
 * @param mode the mode
 * @param millis median over the rounds of the mean step, milliseconds
 * @param cost the cost of the listener; null without one
 */
record ModeResult(Mode mode, double millis, @Nullable Cost cost) {
  /**
   * The cost of a listener.
   *
   * @param ratio median over the rounds of step time to that without a listener in the same round
   * @param lowerQuartile of those ratios
   * @param upperQuartile of those ratios
   * @param account its own cost
   * @param operations in the median iteration
   * @param operationsAll mean per iteration
   */
  record Cost(
      double ratio,
      double lowerQuartile,
      double upperQuartile,
      Account account,
      double operations,
      double operationsAll) {}

  /**
   * A listener's own cost, measured from outside.
   *
   * @param selfShare time in callbacks and CPU time of its threads, divided by the training time
   * @param allocatedBytes on the training thread in the median iteration
   * @param allocatedBytesAll on the training thread, mean per iteration
   */
  record Account(double selfShare, double allocatedBytes, double allocatedBytesAll) {}
}
