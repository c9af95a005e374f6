package dev.traininghealth.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.record.RunDescription;
import org.junit.jupiter.api.Test;

final class RecordConversionTest {
  private static final RunDescription RUN = RecordFixtures.denseRun(3);

  @Test
  void shouldCutTextsThatNoPageCanShow() {
    Diagnosis endless =
        DiagnosisFixtures.diagnosis(
            0,
            Problem.UNNORMALIZED_FEATURES,
            Severity.INFO,
            0,
            "n".repeat(1_000_000),
            0,
            -1,
            -1,
            null);

    String name = DiagnosisFixtures.recorded(endless, RUN).layerName();

    assertThat(name).hasSize(RecordConversion.MAX_NAME).endsWith("n…");
  }

  @Test
  void shouldCutReasonsThatNoPageCanShow() {
    Intervention endless =
        InterventionFixtures.because(
            InterventionFixtures.intervention(0, Kind.STOP, 5, true), "r".repeat(1_000_000));

    assertThat(InterventionFixtures.recorded(endless, RUN, 1).message().english())
        .hasSize(RecordConversion.MAX_TEXT)
        .endsWith("r…");
  }
}
