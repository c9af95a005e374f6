package dev.traininghealth.samples.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.samples.corpus.RunResult.End;
import dev.traininghealth.samples.corpus.RunResult.Outcome;
import dev.traininghealth.samples.corpus.RunResult.Training;
import dev.traininghealth.text.Message;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChangeAuditTest {
  private static final Map<String, String> HEALTHY = Map.of();
  private static final Map<String, String> FAULTY =
      Map.of("id", "'burst'", "problem", "'exploding'");

  private static RunResult run(
      Map<String, String> fields,
      WatchMode mode,
      int seed,
      double score,
      @Nullable Double accuracy,
      Kind... kinds)
      throws Exception {
    return new RunResult(
        Cases.with(fields),
        mode,
        seed,
        new Training(100, 1, End.EPOCHS, null),
        List.of(),
        Arrays.stream(kinds).map(ChangeAuditTest::intervention).toList(),
        List.of(),
        OptionalLong.empty(),
        null,
        new Outcome(score, accuracy, Double.isFinite(score), seed));
  }

  private static Intervention intervention(Kind kind) {
    return new Intervention(
        0, kind, 7, 0, 7, 1, 0, "exploding", -1, 1, 0, -1, true, Message.literal("So it is."));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // scores of seeds 1 and 2 alone, of seed 1 protected; the same of accuracies
        "1, 1, 1.04, -, -, -, false",
        "1, 1, 1.06, -, -, -, true",
        "1, 1.5, 1.4, -, -, -, false",
        "1, 1.5, 1.6, -, -, -, true",
        "1, NaN, 1.06, -, -, -, true",
        "1, Infinity, 1.04, -, -, -, false",
        "1, 1, NaN, -, -, -, true",
        "NaN, 1, 900, -, -, -, false",
        "NaN, 1, NaN, -, -, -, false",
        "-1, -1, -0.96, -, -, -, false",
        "-1, -1, -0.94, -, -, -, true",
        "1, 1, 9, 0.9, 0.9, 0.895, false",
        "1, 1, 1, 0.9, 0.9, 0.88, true",
        "1, 1, 1, 0.9, 0.8, 0.81, false",
        "1, 1, 1, 0.9, 0.9, -, true",
        "NaN, 1, 1, 0.5, 0.9, 0.1, false",
        "1, NaN, 1, 0.9, 0.1, 0.8, true",
      })
  void shouldCompareWithTheSpreadOfWhatIsNotLost(
      double alone,
      double other,
      double guarded,
      @Nullable Double aloneAccuracy,
      @Nullable Double otherAccuracy,
      @Nullable Double guardedAccuracy,
      boolean worse)
      throws Exception {
    RunResult run = run(FAULTY, WatchMode.PROTECTING, 1, guarded, guardedAccuracy, Kind.ROLLBACK);
    SeedComparison comparison =
        new SeedComparison(
            List.of(
                run(FAULTY, WatchMode.OBSERVING, 1, alone, aloneAccuracy),
                run(FAULTY, WatchMode.OBSERVING, 2, other, otherAccuracy),
                run));

    assertThat(comparison.isWorse(run)).isEqualTo(worse);
  }

  @Test
  void shouldCountChangesThatOutlastTheStep() throws Exception {
    String text =
        ChangeAudit.of(
            List.of(
                run(HEALTHY, WatchMode.OBSERVING, 1, 1, null),
                run(HEALTHY, WatchMode.PROTECTING, 1, 3, null, Kind.TRIAL, Kind.SKIP, Kind.CLIP),
                run(FAULTY, WatchMode.OBSERVING, 1, 1, null),
                run(
                    FAULTY,
                    WatchMode.PROTECTING,
                    1,
                    2,
                    null,
                    Kind.LOWER_LEARNING_RATE,
                    Kind.SKIP,
                    Kind.RAISE_LEARNING_RATE),
                run(FAULTY, WatchMode.OBSERVING, 2, 1, null),
                run(FAULTY, WatchMode.PROTECTING, 2, 1, null, Kind.ROLLBACK, Kind.STOP)));

    assertThat(text)
        .contains(
            "| healthy | 1 | 0 | 0 | 0 |  |",
            "| faulty | 2 | 2 | 4 | 1 | 50.0 % |",
            "| all | 3 | 2 | 4 | 1 | 50.0 % |",
            "- burst seed 1 (exploding): WORSE, score 1.000 after 100 iterations unprotected, score"
                + " 2.000 after 100 protected (epochs): lower_learning_rate at 7, skip at 7,"
                + " raise_learning_rate at 7")
        .doesNotContain("burst seed 2", "small");
  }

  @Test
  void shouldSayNothingWithoutBothModes() throws Exception {
    assertThat(ChangeAudit.of(List.of(run(FAULTY, WatchMode.PROTECTING, 1, 1, null, Kind.STOP))))
        .isEmpty();
  }
}
