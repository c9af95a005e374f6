package dev.traininghealth.detect;

/** Where a {@link Detector} reports. */
@FunctionalInterface
public interface FindingReporter {
  /**
   * Reports that something holds at this iteration.
   *
   * @param finding what
   */
  void report(Finding finding);
}
