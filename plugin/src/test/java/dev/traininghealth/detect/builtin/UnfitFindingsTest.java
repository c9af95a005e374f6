package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import org.junit.jupiter.api.Test;

/** What a user's detector reports wrongly harms neither the training nor the other detectors. */
final class UnfitFindingsTest {
  private static final class Reporting implements Detector {
    private final Finding finding;

    Reporting(Finding finding) {
      this.finding = finding;
    }

    @Override
    public String name() {
      return "of-a-user";
    }

    @Override
    public void onUpdate(History history, FindingReporter findings) {
      findings.report(finding);
    }
  }

  private static Finding finding() {
    return Finding.of(
        Problem.UNNORMALIZED_FEATURES, Severity.INFO, 1, Comparison.ABOVE, 0, () -> "Seen.");
  }

  private static void survives(Finding finding) {
    SimulatedRun run =
        new SimulatedRun(
            LayoutBuilder.classifier(2, "relu"), new Reporting(finding), new NonFiniteDetector());
    assertThatCode(() -> run.run(30)).doesNotThrowAnyException();

    run.next.score = Double.NaN;
    run.run(1);
    assertThat(run.found()).contains("non_finite CRITICAL");
  }

  @Test
  void shouldSurviveASentenceThatFails() {
    survives(
        Finding.of(
            Problem.UNNORMALIZED_FEATURES,
            Severity.INFO,
            1,
            Comparison.ABOVE,
            0,
            () -> {
              throw new IllegalStateException("for the test");
            }));
  }

  @Test
  @SuppressWarnings("NullAway") // what callers without a null checker do
  void shouldSurviveASentenceThatIsMissing() {
    survives(Finding.of(Problem.PLATEAU, Severity.INFO, 1, Comparison.ABOVE, 0, () -> null));
  }

  @Test
  @SuppressWarnings("NullAway") // what callers without a null checker do
  void shouldSurviveAFindingThatIsMissing() {
    survives(null);
  }

  @Test
  void shouldSurviveALayerThatTheNetworkDoesNotHave() {
    survives(finding().inLayer(99));
  }

  @Test
  void shouldSurviveAParameterThatTheNetworkDoesNotHave() {
    survives(finding().at(0, 99));
  }
}
