package dev.traininghealth;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import java.util.function.LongPredicate;

/** Reports a problem of the whole network at the iterations that a test selects. */
public record ScriptedDetector(
    Problem problem, Severity severity, boolean beforeUpdate, LongPredicate iterations)
    implements Detector {
  @Override
  public String name() {
    return "scripted";
  }

  @Override
  public void onGradient(History history, FindingReporter findings) {
    if (beforeUpdate) {
      report(history, findings);
    }
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    if (!beforeUpdate) {
      report(history, findings);
    }
  }

  private void report(History history, FindingReporter findings) {
    if (iterations.test(history.current().iteration())) {
      findings.report(
          Finding.of(problem, severity, 1, Comparison.ABOVE, 0, () -> "As the test says.")
              .expiresAfter(1));
    }
  }
}
