package dev.traininghealth.samples.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.samples.corpus.RunResult.End;
import dev.traininghealth.samples.corpus.RunResult.Outcome;
import dev.traininghealth.samples.corpus.RunResult.Training;
import dev.traininghealth.text.Message;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepairsTest {
  private static final Map<String, String> TARGETED =
      Map.of("problem", "'exploding'", "repairTarget", "{'testAccuracy': 0.8}");

  private static RunResult run(
      Map<String, String> fields, WatchMode mode, double accuracy, boolean finite, long fingerprint)
      throws Exception {
    List<Intervention> done =
        mode == WatchMode.PROTECTING && fingerprint != 1
            ? List.of(
                new Intervention(
                    0,
                    Kind.SKIP,
                    7,
                    0,
                    7,
                    1,
                    0,
                    "non_finite",
                    -1,
                    1,
                    0,
                    -1,
                    true,
                    Message.literal("So it is.")))
            : List.of();
    return new RunResult(
        Cases.with(fields),
        mode,
        1,
        new Training(100, 1, End.EPOCHS, null),
        List.of(),
        done,
        List.of(),
        OptionalLong.empty(),
        null,
        new Outcome(0.5, accuracy, finite, fingerprint));
  }

  @Test
  void shouldTellWhatWasRepairedBesideTheUnprotectedRun() throws Exception {
    String text =
        Repairs.of(
            List.of(
                run(TARGETED, WatchMode.OBSERVING, 0.1, false, 1),
                run(TARGETED, WatchMode.PROTECTING, 0.9, true, 2)));
    assertThat(text)
        .contains(
            "| target reached | 0 of 1 | 1 of 1 |",
            "| parameters not finite in the end | 1 | 0 |",
            ": repaired, accuracy 0.100 unprotected, accuracy 0.900 protected (epochs): skip at 7");
  }

  @Test
  void shouldSayNothingWithoutBothModes() throws Exception {
    assertThat(Repairs.of(List.of(run(TARGETED, WatchMode.OBSERVING, 0.1, true, 1)))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0.90, 2, true, intervened and no worse",
    "0.895, 2, true, within a point of accuracy",
    "0.88, 2, false, worse by more than a point",
    "0.90, 1, true, nothing done and the same bits",
  })
  void shouldTellWhetherAHealthyRunWasHarmed(
      double accuracy, long fingerprint, boolean unharmed, String why) throws Exception {
    RunResult alone = run(Map.of(), WatchMode.OBSERVING, 0.9, true, 1);
    RunResult guarded = run(Map.of(), WatchMode.PROTECTING, accuracy, true, fingerprint);
    assertThat(Repairs.of(List.of(alone, guarded)))
        .as(why)
        .contains("| healthy and unharmed |  | " + (unharmed ? 1 : 0) + " of 1 |");
  }
}
