package dev.traininghealth.samples.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.samples.corpus.RunResult.End;
import dev.traininghealth.samples.corpus.RunResult.Outcome;
import dev.traininghealth.samples.corpus.RunResult.Training;
import dev.traininghealth.text.Message;
import dev.traininghealth.trial.Trial;
import dev.traininghealth.trial.TrialBranch;
import dev.traininghealth.trial.TrialQuestion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class StoredRunsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  private static RunResult run(FaultCase faultCase) {
    return new RunResult(
        faultCase,
        WatchMode.PROTECTING,
        2,
        new Training(100, 1.5, End.STOPPED, new IllegalStateException("odd")),
        List.of(RunResultTest.diagnosis("exploding WARNING 7")),
        List.of(
            new Intervention(
                0,
                Intervention.Kind.ROLLBACK,
                3,
                0,
                3,
                1,
                -1,
                "loss_spike",
                -1,
                Double.NaN,
                0.5,
                -1,
                false,
                Message.literal(""))),
        List.of(
            new Trial(
                TrialQuestion.HARM,
                4,
                Double.POSITIVE_INFINITY,
                List.of(new TrialBranch(TrialBranch.Start.PRESENT, -1, 0.1, 0, 5, 1, 0.9)),
                0,
                Message.literal("It is better."),
                10,
                5,
                250)),
        OptionalLong.of(5),
        new Lead(90, 70L),
        new Outcome(Double.NaN, 0.75, false, 123456789L));
  }

  @Test
  void shouldReadWhatARunHasWritten() throws Exception {
    FaultCase faultCase = Cases.with(Map.of("problem", "'exploding'"));
    RunResult written = run(faultCase);
    String line = JSON.writeValueAsString(written.json());
    Path file =
        Files.write(
            directory.resolve("out.jsonl"),
            List.of(line, line.replace("\"small\"", "\"gone\""), line.substring(0, 40)));

    StoredRuns stored = StoredRuns.read(file, List.of(faultCase));

    assertThat(stored.lines()).containsExactly(line);
    RunResult read =
        Objects.requireNonNull(stored.find(faultCase, 2, WatchMode.PROTECTING), "a run");
    Map<String, Object> json = read.json();
    json.replace("error", String.valueOf(written.training().error()));
    assertThat(JSON.writeValueAsString(json)).isEqualTo(line);
    assertThat(stored.find(faultCase, 1, WatchMode.PROTECTING)).isNull();
    assertThat(stored.find(faultCase, 2, WatchMode.OBSERVING)).isNull();
  }

  @Test
  void shouldStartWithoutAFile() throws Exception {
    assertThat(StoredRuns.read(null, List.of()).lines()).isEmpty();
    assertThat(StoredRuns.read(directory.resolve("none"), List.of()).lines()).isEmpty();
  }

  @Test
  void shouldRefuseOtherFiles() throws Exception {
    Path file = Files.writeString(directory.resolve("cases.jsonl"), Cases.line(Map.of()));

    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> StoredRuns.read(file, List.of(Cases.with(Map.of()))))
        .withMessageContaining("mode");
  }
}
