package dev.traininghealth.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.record.RecordedIntervention.Branch;
import dev.traininghealth.record.RecordedIntervention.Point;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.text.Message;
import dev.traininghealth.trial.Trial;
import dev.traininghealth.trial.TrialBranch;
import dev.traininghealth.trial.TrialQuestion;
import java.util.ArrayList;
import java.util.List;
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

  /** A trial whose branch {@code i} ends with the score {@code (i + 3) % 12}; the last is lost. */
  private static Trial trial(int winner) {
    List<TrialBranch> branches = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      double score = i == 11 ? Double.NaN : (i + 3) % 12;
      List<TrialBranch.Point> course = new ArrayList<>();
      for (int step = 0; step < 40; step++) {
        course.add(new TrialBranch.Point(step, 1 + score));
      }
      branches.add(
          new TrialBranch(
              TrialBranch.Start.PRESENT, -1, Math.pow(0.5, i), 0, 40, 7, score, course));
    }
    return new Trial(
        TrialQuestion.HARM, 5, 7, branches, winner, Message.literal("why"), 32, 480, 1.5);
  }

  @Test
  void shouldRecordWhatATrialHasShown() {
    List<Branch> branches =
        InterventionFixtures.recorded(InterventionFixtures.tried(0, 5, trial(8)), RUN, 1)
            .branches();

    assertThat(branches)
        .extracting(Branch::factor)
        .as("nothing, the adopted one, the best")
        .containsExactly(
            1.0, 0.5, 0.25, 0.125, 0.0625, Math.pow(0.5, 8), Math.pow(0.5, 9), Math.pow(0.5, 10));
    assertThat(branches)
        .extracting(Branch::adopted)
        .containsExactly(false, false, false, false, false, true, false, false);
    assertThat(branches.get(5).course())
        .hasSize(RecordConversion.MAX_POINTS)
        .startsWith(new Point(0, 12), new Point(1, 12));
  }

  @Test
  void shouldRecordATrialThatHasAdoptedNothing() {
    Intervention tried = InterventionFixtures.tried(0, 5, trial(-1));

    assertThat(InterventionFixtures.recorded(tried, RUN, 1).branches())
        .hasSize(RecordConversion.MAX_BRANCHES)
        .noneMatch(Branch::adopted);
    assertThat(
            InterventionFixtures.recorded(
                    InterventionFixtures.intervention(0, Kind.STOP, 5, true), RUN, 1)
                .branches())
        .isEmpty();
  }
}
