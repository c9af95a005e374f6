package dev.traininghealth.samples.benchmark;

import org.jspecify.annotations.Nullable;

/**
 * What was found of one mode.
 *
 * @param mode the mode
 * @param millis median over the rounds of the mean step, milliseconds
 * @param cost what the listener costs; null where there is none
 */
record ModeResult(Mode mode, double millis, @Nullable Cost cost) {
  /**
   * What a listener costs.
   *
   * @param ratio median over the rounds of step time to that without a listener in the same round
   * @param lowerQuartile of those ratios
   * @param upperQuartile of those ratios
   * @param account what it does itself
   * @param operations in the median iteration
   * @param operationsAll an iteration, in the mean over all
   */
  record Cost(
      double ratio,
      double lowerQuartile,
      double upperQuartile,
      Account account,
      double operations,
      double operationsAll) {}

  /**
   * What a listener does itself, seen from outside.
   *
   * @param selfShare time in callbacks and CPU time of its threads, to the time of training
   * @param allocatedBytes on the training thread in the median iteration
   * @param allocatedBytesAll on the training thread an iteration, in the mean over all
   */
  record Account(double selfShare, double allocatedBytes, double allocatedBytesAll) {}
}
