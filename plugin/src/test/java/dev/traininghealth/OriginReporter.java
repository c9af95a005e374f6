package dev.traininghealth;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.numbers.NonFiniteOrigin;

/** A minimal detector that reports only the origin of each non-finite value. */
final class OriginReporter implements Detector {
  @Override
  public String name() {
    return "origin-reporter";
  }

  @Override
  public void onGradient(History history, FindingReporter findings) {
    report(history, findings);
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    report(history, findings);
  }

  private static void report(History history, FindingReporter findings) {
    NonFiniteOrigin origin = history.origin();
    if (origin != null) {
      findings.report(
          Finding.of(
                  Problem.NON_FINITE,
                  Severity.CRITICAL,
                  history.current().score(),
                  Comparison.ABOVE,
                  0,
                  () -> "origin: " + origin)
              .withOrigin(origin));
    }
  }
}
