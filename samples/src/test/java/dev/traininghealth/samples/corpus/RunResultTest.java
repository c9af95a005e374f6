package dev.traininghealth.samples.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.samples.corpus.RunResult.End;
import dev.traininghealth.samples.corpus.RunResult.Outcome;
import dev.traininghealth.samples.corpus.RunResult.Training;
import dev.traininghealth.text.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class RunResultTest {
  private static final Outcome LEARNED = new Outcome(0.5, 0.75, true, 0);

  private static ProblemFamily family(String label) {
    return Arrays.stream(ProblemFamily.values())
        .filter(f -> f.label().equals(label))
        .findFirst()
        .orElse(ProblemFamily.OTHER);
  }

  /** From {@code "exploding WARNING 7"}. */
  static Diagnosis diagnosis(String text) {
    String[] parts = text.trim().split(" ", -1);
    return new Diagnosis(
        0,
        "test",
        new Problem(parts[0], family(parts[0])),
        Severity.valueOf(parts[1]),
        -1,
        "",
        -1,
        "",
        Long.parseLong(parts[2]),
        0,
        1,
        Comparison.ABOVE,
        0,
        Message.literal("Something is so."),
        List.of(),
        null,
        -1,
        -1);
  }

  private static RunResult run(
      Map<String, String> fields, @Nullable String diagnoses, OptionalLong onset, Outcome outcome)
      throws Exception {
    return run(fields, diagnoses, onset, null, outcome);
  }

  private static RunResult run(
      Map<String, String> fields,
      @Nullable String diagnoses,
      OptionalLong onset,
      @Nullable Lead lead,
      Outcome outcome)
      throws Exception {
    List<Diagnosis> all =
        diagnoses == null
            ? List.of()
            : Arrays.stream(diagnoses.split(",", -1)).map(RunResultTest::diagnosis).toList();
    return new RunResult(
        Cases.with(fields),
        WatchMode.OBSERVING,
        3,
        new Training(100, 1.23456, End.EPOCHS, null),
        all,
        List.of(),
        List.of(),
        onset,
        lead,
        outcome);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // problem, accepted, diagnoses, detected, right, delay from 5, falsely alarmed
        "exploding, data, -, false, false, -, false",
        "exploding, data, exploding INFO 1, false, false, -, false",
        "exploding, data, plateau WARNING 1, true, false, -, false",
        "exploding, data, exploding WARNING 7, true, true, 2, false",
        "exploding, data, 'exploding INFO 1, plateau CRITICAL 2, data CRITICAL 3, exploding"
            + " WARNING 7', true, true, -2, false",
        "none, data, -, false, false, -, false",
        "none, data, data INFO 4, false, false, -, false",
        "none, data, data WARNING 4, false, false, -, true",
        "learns_anyway, data, data WARNING 4, false, false, -, false",
      })
  void shouldScoreAlarms(
      String problem,
      String accepted,
      @Nullable String diagnoses,
      boolean detected,
      boolean right,
      @Nullable Long delay,
      boolean falselyAlarmed)
      throws Exception {
    RunResult run =
        run(
            Map.of("problem", "'" + problem + "'", "accept", "['" + accepted + "']"),
            diagnoses,
            OptionalLong.of(5),
            LEARNED);

    assertThat(run.isDetected()).isEqualTo(detected);
    assertThat(run.isRight()).isEqualTo(right);
    assertThat(run.isFalselyAlarmed()).isEqualTo(falselyAlarmed);
    assertThat(run.json()).containsEntry("delay", delay);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "null | 1 | 0.9 | -",
        "{'trainScore': 100} | 100 | - | true",
        "{'trainScore': 100} | 100.1 | - | false",
        "{'trainScore': 100} | NaN | - | false",
        "{'testAccuracy': 0.7} | NaN | 0.7 | true",
        "{'testAccuracy': 0.7} | 0 | 0.69 | false",
        "{'testAccuracy': 0.7} | 0 | - | false",
      })
  void shouldTellWhetherTheTargetIsReached(
      String target, double score, @Nullable Double accuracy, @Nullable Boolean reached)
      throws Exception {
    RunResult run =
        run(
            Map.of("repairTarget", target),
            null,
            OptionalLong.empty(),
            new Outcome(score, accuracy, true, 0));

    assertThat(run.reachedTarget()).isEqualTo(reached);
  }

  @Test
  void shouldWriteALineOfJson() throws Exception {
    RunResult run =
        run(
            Map.of("problem", "'non_finite'", "accept", "[]"),
            "non_finite CRITICAL 8",
            OptionalLong.of(7),
            new Lead(40, 8L),
            new Outcome(Double.NaN, null, true, 0));

    assertThat(new ObjectMapper().writeValueAsString(run.json()))
        .isEqualTo(
            "{\"id\":\"small\",\"seed\":3,\"problem\":\"non_finite\",\"mode\":\"observing\","
                + "\"iterations\":100,\"seconds\":1.235,\"trialSeconds\":0.0,"
                + "\"endedBy\":\"epochs\",\"error\":null,\"onset\":7,"
                + "\"diagnoses\":[{\"problem\":\"non_finite\",\"family\":\"non_finite\","
                + "\"severity\":\"CRITICAL\",\"iteration\":8,\"layer\":null,"
                + "\"sentence\":\"Something is so.\",\"remedies\":[]}],\"detected\":true,\"right\":true,\"delay\":1,"
                + "\"divergence\":40,\"lead\":32,"
                + "\"finalTrainScore\":\"NaN\",\"testAccuracy\":null,\"reachedTarget\":null,"
                + "\"finite\":true,\"fingerprint\":0,\"interventions\":[],\"trials\":[]}");
  }

  @Test
  void shouldSumUpByProblem() throws Exception {
    Map<String, String> exploding = Map.of("problem", "'exploding'", "accept", "[]");
    List<RunResult> runs =
        List.of(
            run(exploding, "exploding WARNING 8", OptionalLong.of(5), LEARNED),
            run(exploding, "data WARNING 8", OptionalLong.empty(), LEARNED),
            run(exploding, null, OptionalLong.empty(), LEARNED),
            run(Map.of(), "data WARNING 1, data CRITICAL 2", OptionalLong.empty(), LEARNED),
            run(Map.of(), null, OptionalLong.empty(), LEARNED));

    assertThat(Scoreboard.of(runs))
        .contains(
            "| exploding | 3 | 2 of 3 | 1 of 3 | 3 | 0.080 | 2 |  |  |  |",
            "| none | 2 |  |  |  |  | 0 | 1 of 2 | 10.000 |  |",
            "| all | 5 | 2 of 3 | 1 of 3 | 3 | 0.080 | 2 | 1 of 2 | 10.000 |  |",
            "- small seed 3 (exploding): not right; data WARNING at 8",
            "- small seed 3 (exploding): missed; no diagnosis",
            "- small seed 3 (none): falsely alarmed; data WARNING at 1, data CRITICAL at 2");
  }

  @Test
  void shouldSumUpTheLeadsBesideTheDelays() throws Exception {
    Map<String, String> exploding = Map.of("problem", "'exploding'", "accept", "[]");
    List<RunResult> runs = new ArrayList<>();
    for (Lead lead :
        List.of(new Lead(50, 10L), new Lead(50, 30L), new Lead(50, 55L), new Lead(50, null))) {
      runs.add(run(exploding, null, OptionalLong.empty(), lead, LEARNED));
    }
    runs.add(run(Map.of(), null, OptionalLong.empty(), LEARNED));

    assertThat(Scoreboard.of(runs))
        .contains(
            "| exploding | 4 | 2 of 4 | 8 | 20 | 30 |",
            "| all | 4 | 2 of 4 | 8 | 20 | 30 |",
            "- small seed 3 (exploding): diverged at 50, first reported at 10, lead 40",
            "- small seed 3 (exploding): diverged at 50, first reported at 55, lead -5",
            "- small seed 3 (exploding): diverged at 50, never reported");
  }

  @Test
  void shouldNeitherMissNorFalselyAlarmWhatLearnsAnyway() throws Exception {
    Map<String, String> fields = Map.of("problem", "'learns_anyway'", "accept", "['data']");

    String board =
        Scoreboard.of(
            List.of(
                run(fields, null, OptionalLong.empty(), LEARNED),
                run(fields, "data WARNING 1", OptionalLong.empty(), LEARNED)));

    assertThat(board)
        .contains("| all | 2 |  |  |", "No run was missed, misnamed or falsely alarmed.");
  }
}
