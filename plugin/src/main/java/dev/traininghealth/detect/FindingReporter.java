package dev.traininghealth.detect;

/** Receives the findings of a {@link Detector}. */
@FunctionalInterface
public interface FindingReporter {
  /**
   * Reports a finding that holds at this iteration.
   *
   * @param finding the finding
   */
  void report(Finding finding);
}
