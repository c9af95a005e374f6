package dev.traininghealth;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.numbers.NonFiniteOrigin;

/** The least detector of non-finite values: tells each origin, and nothing else. */
final class OriginReporter implements Detector {
  @Override
  public String name() {
    return "origin-teller";
  }

  @Override
  public void onGradient(History history, FindingReporter findings) {
    tell(history, findings);
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    tell(history, findings);
  }

  private static void tell(History history, FindingReporter findings) {
    NonFiniteOrigin origin = history.origin();
    if (origin != null) {
      findings.report(
          Finding.of(
                  Problem.NON_FINITE,
                  Severity.CRITICAL,
                  history.current().score(),
                  Comparison.ABOVE,
                  0,
                  () -> "told: " + origin)
              .withOrigin(origin));
    }
  }
}
