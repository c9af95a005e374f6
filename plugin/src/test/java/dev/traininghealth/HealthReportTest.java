package dev.traininghealth;

import static dev.traininghealth.publish.DiagnosisFixtures.diagnosis;
import static dev.traininghealth.publish.DiagnosisFixtures.ended;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traininghealth.compare.SimulatedRecording;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.lines.JsonLinesRouter;
import dev.traininghealth.publish.DiagnosisFixtures;
import dev.traininghealth.publish.InterventionFixtures;
import dev.traininghealth.publish.RecordFixtures;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.RunRecord;
import dev.traininghealth.record.RunRecord.Check;
import dev.traininghealth.record.RunRecord.Coverage;
import dev.traininghealth.text.Message;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

@Timeout(120)
class HealthReportTest {
  private static final Coverage ENOUGH =
      new Coverage(
          true,
          List.of(
              new Check("dead-relu", "CHECKED", 0, 99, 10, Message.literal("iterations 0 to 99")),
              new Check(
                  "overfitting", "NOT_CHECKED", -1, -1, 0, Message.of("say.check.no.VALIDATION"))));

  private static final Coverage EARLY = new Coverage(false, ENOUGH.checks());

  private static final Diagnosis WARNING = diagnosis(0, Problem.DEAD_RELU, Severity.WARNING, 20);

  @TempDir Path folder;

  private final ReportProgram program = new ReportProgram();

  /** Records 100 iterations of a session. */
  private static void record(
      StatsStorage storage, String session, long start, Coverage coverage, Diagnosis... diagnoses) {
    RunDescription run =
        RecordFixtures.run(RecordFixtures.denseLayout(2), start, Map.of("mode", "PROTECTING"));
    storage.putStaticInfo(RecordFixtures.runRecord(session, "w", run));
    storage.putUpdate(new RunRecord(session, "w", start, run, coverage));
    RecordFixtures.Rows rows = RecordFixtures.rows(run);
    for (int i = 0; i < 100; i++) {
      rows.row(i);
    }
    long key = start + 1;
    storage.putUpdate(RecordFixtures.segmentRecord(session, "w", key++, rows.segment()));
    for (Diagnosis d : diagnoses) {
      storage.putUpdate(
          DiagnosisFixtures.record(session, "w", key++, DiagnosisFixtures.recorded(d, run)));
    }
  }

  private Path file(Coverage coverage, Diagnosis... diagnoses) throws Exception {
    Path file = folder.resolve("records.bin");
    StatsStorage storage = new FileStatsStorage(file.toFile());
    record(storage, "s", 1_000_000, coverage, diagnoses);
    storage.close();
    return file;
  }

  private int run(Object... args) {
    return program.run(args);
  }

  private String out() {
    return program.out();
  }

  private String err() {
    return program.err();
  }

  @Test
  void shouldCallACheckedRunWithoutAlarmsClean() throws Exception {
    Path file = file(ENOUGH, diagnosis(0, Problem.PLATEAU, Severity.INFO, 50));
    byte[] before = Files.readAllBytes(file);

    assertThat(run(file)).isZero();

    assertThat(out())
        .contains("Session s")
        .contains("iterations 0 to 99")
        .contains("INFO plateau since iteration 50")
        .contains("Checked:\n  dead-relu: ")
        .contains("Not checked, or too little:\n  overfitting: ")
        .doesNotContain("no sign of health");
    assertThat(err()).isEmpty();
    assertThat(Files.readAllBytes(file)).as("the file is not changed").isEqualTo(before);
    assertThat(run(file, "--fail-on", "info")).isEqualTo(1);
  }

  @Test
  void shouldReportAnAlarmEvenIfItWasResolved() throws Exception {
    Path file = file(EARLY, ended(WARNING, 60));

    assertThat(run(file)).isEqualTo(1);

    assertThat(out())
        .contains("WARNING dead_relu since iteration 20, resolved at 60")
        .contains(WARNING.message().english())
        .contains("- " + WARNING.remedies().get(0).message().english());
    assertThat(run(file, "--fail-on", "critical")).as("too early").isEqualTo(2);
  }

  @Test
  void shouldListOnceWhatWasFoundAgain() throws Exception {
    Diagnosis again = diagnosis(1, Problem.DEAD_RELU, Severity.WARNING, 70);

    assertThat(run(file(ENOUGH, ended(WARNING, 30), again))).isEqualTo(1);

    assertThat(out())
        .contains("WARNING dead_relu since iteration 20, 2 times, the last at 70\n")
        .containsOnlyOnce("WARNING");
  }

  @Test
  void shouldNotCallARunCleanForWantOfEvidence() throws Exception {
    assertThat(run(file(EARLY))).isEqualTo(2);
    assertThat(out()).contains("no sign of health: too few checks have seen enough");
  }

  @Test
  void shouldNotJudgeRecordsThatDoNotSayWhatWasChecked() throws Exception {
    assertThat(run(file(Coverage.NONE))).isEqualTo(2);
    assertThat(out()).contains("do not say what was checked");
  }

  @Test
  void shouldNotJudgeRecordsOfANewerVersion() throws Exception {
    Path file = folder.resolve("records.bin");
    StatsStorage storage = new FileStatsStorage(file.toFile());
    record(storage, "s", 1_000_000, ENOUGH);
    for (Persistable p : storage.getAllUpdatesAfter("s", "TrainingHealth", "w", Long.MIN_VALUE)) {
      byte[] bytes = p.encode();
      for (int i = 0; i + 1 < bytes.length; i++) {
        if (bytes[i] == 0 && bytes[i + 1] == 2) {
          bytes[i + 1] = 99; // the version is the first such number
          break;
        }
      }
      p.decode(bytes);
      storage.putUpdate(p);
    }
    storage.close();

    assertThat(run(file)).isEqualTo(2);

    assertThat(out()).contains("Unreadable records: ", "update the plugin");
  }

  @Test
  void shouldReportOnTheLatestSessionAndNameTheOthers() throws Exception {
    Path file = folder.resolve("records.bin");
    StatsStorage storage = new FileStatsStorage(file.toFile());
    record(storage, "later", 2_000_000, ENOUGH);
    record(storage, "earlier", 1_000_000, ENOUGH, WARNING);
    storage.close();

    assertThat(run(file)).isZero();
    assertThat(out()).contains("Session later", "Other sessions: earlier");
    assertThat(run(file, "--session", "earlier")).isEqualTo(1);
    assertThat(run(file, "--session", "none")).isEqualTo(2);
    assertThat(err()).contains("There is no session none", "There are: earlier, later");
  }

  @Test
  void shouldWriteJson() throws Exception {
    assertThat(run(file(ENOUGH, WARNING), "--format", "json")).isEqualTo(1);

    JsonNode worker = new ObjectMapper().readTree(out()).get("workers").get(0);
    assertThat(worker.get("status").asText()).isEqualTo("warning");
    assertThat(worker.get("lastIteration").asInt()).isEqualTo(99);
    JsonNode diagnosis = worker.get("diagnoses").get(0);
    assertThat(diagnosis.get("problem").asText()).isEqualTo("dead_relu");
    assertThat(diagnosis.get("message").asText()).isEqualTo(WARNING.message().english());
    assertThat(diagnosis.get("resolvedAt").asInt()).isEqualTo(-1);
    assertThat(worker.get("checks")).hasSize(2);
  }

  @Test
  void shouldSayWhatWasDone() {
    StatsStorage storage = new InMemoryStatsStorage();
    record(storage, "s", 1_000_000, ENOUGH);
    RunDescription run =
        RecordFixtures.run(RecordFixtures.denseLayout(2), 1_000_000, Map.of("mode", "PROTECTING"));
    storage.putUpdate(
        InterventionFixtures.record(
            "s",
            "w",
            2_000_000,
            InterventionFixtures.recorded(
                InterventionFixtures.intervention(0, Kind.SKIP, 30, true), run, 3)));

    assertThat(HealthReport.text(storage, null)).contains("Done: steps skipped: 3");
    assertThatThrownBy(() -> HealthReport.text(new InMemoryStatsStorage(), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("There are no records of Training Health");
  }

  @Test
  void shouldNotJudgeWhatIsNoRecording() throws Exception {
    Path absent = folder.resolve("absent.bin");
    assertThat(run(absent)).isEqualTo(2);
    assertThat(err()).contains("There is no file").contains("absent.bin");
    assertThat(absent).doesNotExist();

    Path empty = Files.createFile(folder.resolve("empty.bin"));
    assertThat(run(empty)).isEqualTo(2);
    assertThat(err()).isNotEmpty();
    assertThat(empty).isEmptyFile();

    Path garbage = Files.writeString(folder.resolve("garbage.bin"), "garbage ".repeat(2000));
    assertThat(run(garbage)).isEqualTo(2);
    assertThat(err()).contains("garbage.bin is not one of a FileStatsStorage");
  }

  /** What is missing there will not be written. */
  @Test
  void shouldNotWatchWithoutItsBaseline() {
    Path running = folder.resolve("running.jsonl");
    SimulatedRecording.put(
        new SimulatedRecording(1).until(10), new JsonLinesRouter(running), "s", "w");
    Path missing = folder.resolve("missing.jsonl");

    assertThat(run(running, "--watch", "--baseline", missing)).isEqualTo(2);
    assertThat(err()).contains("There is no file " + missing);
  }

  @Test
  void shouldRefuseWrongOptions() {
    assertThat(run()).isEqualTo(2);
    assertThat(err()).contains("FILE is missing", "Exit code");
    assertThat(run("file", "--format", "xml")).isEqualTo(2);
    assertThat(err()).contains("--format must be one of text, json, html, was xml");
    assertThat(run("file", "--fail-on")).isEqualTo(2);
    assertThat(err()).contains("--fail-on needs a value");
    assertThat(run("file", "other")).isEqualTo(2);
    assertThat(run("--help")).isZero();
    assertThat(out()).contains("--fail-on SEVERITY");
  }

  @Test
  void shouldEndAProcessWithItsExitCode() throws Exception {
    Path text = folder.resolve("out.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                HealthReport.class.getName(),
                file(ENOUGH, WARNING).toString())
            .redirectOutput(text.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();

    assertThat(process.waitFor(100, TimeUnit.SECONDS)).as("ends by itself").isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(Files.readString(text)).contains("WARNING dead_relu");
  }
}
