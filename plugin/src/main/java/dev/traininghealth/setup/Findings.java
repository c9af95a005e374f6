package dev.traininghealth.setup;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.text.Message;

/** Findings of rules, whose sentences are made at once because a rule is applied only once. */
final class Findings {
  private Findings() {}

  /** A finding on a value that exceeds its threshold, or is just it. */
  static Finding of(
      Problem problem, Severity severity, double observed, double threshold, Message sentence) {
    return Finding.saying(
        problem,
        severity,
        observed,
        observed > threshold ? Comparison.ABOVE : Comparison.EQUAL,
        threshold,
        () -> sentence);
  }
}
