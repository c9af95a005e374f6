package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.compare.SimulatedRecording;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** A recorded run held against a good one on the command line. */
@Timeout(120)
final class BaselineReportTest {
  @TempDir Path folder;

  private final ReportProgram program = new ReportProgram();

  private static SimulatedRecording good(int seed) {
    return new SimulatedRecording(seed);
  }

  private static SimulatedRecording bad(int seed) {
    return good(seed).score(i -> 2.3 / Math.sqrt(1 + Math.min(i, 200) / 20.0) + 0.05);
  }

  private Path file(String name, int iterations, SimulatedRecording recording) throws Exception {
    Path file = folder.resolve(name);
    StatsStorage storage = new FileStatsStorage(file.toFile());
    SimulatedRecording.put(recording.until(iterations), storage, name);
    storage.close();
    return file;
  }

  private int run(Object... args) {
    return program.run(args);
  }

  private String out() {
    return program.out();
  }

  @Test
  void shouldNotFindWhatIsAsGood() throws Exception {
    Path baseline = file("baseline", 1000, good(1));
    Path same = file("same", 1000, good(2));

    assertThat(run(same, "--baseline", baseline, "--fail-on", "info")).isZero();
    assertThat(out())
        .contains("Compared with the baseline session baseline:\n  Iterations 0 to ")
        .contains("nothing departs from the baseline run beyond the noise of both.");
  }

  @Test
  void shouldCountADepartureAsInfo() throws Exception {
    Path baseline = file("baseline", 1000, good(1));
    Path worse = file("worse", 1000, bad(2));

    assertThat(run(worse, "--baseline", baseline, "--fail-on", "info")).isEqualTo(1);
    assertThat(out()).containsPattern("  From iteration \\d+ on, the score is 1\\.\\d times");
    assertThat(run(worse, "--baseline", baseline)).as("warnings alone").isZero();
  }

  @Test
  void shouldNotCallARunCleanThatCannotBeCompared() throws Exception {
    Path baseline = file("baseline", 1000, good(1));
    Path brief = file("brief", 40, good(2));

    assertThat(run(brief, "--baseline", baseline, "--fail-on", "info")).isEqualTo(2);
    assertThat(out()).contains("The runs have too little in common to be compared");
    assertThat(run(brief, "--baseline", baseline)).isZero();
  }

  @Test
  void shouldWriteTheComparisonAsJson() throws Exception {
    Path baseline = file("baseline", 1000, good(1));
    Path worse = file("worse", 1000, bad(2));

    run(worse, "--baseline", baseline, "--format", "json");

    JsonNode report = new ObjectMapper().readTree(out());
    assertThat(report.get("baselineSession").asText()).isEqualTo("baseline");
    JsonNode comparison = report.get("workers").get(0).get("comparison");
    assertThat(comparison.get("departs").asBoolean()).isTrue();
    JsonNode score = comparison.get("series").get(0);
    assertThat(score.get("departs").asBoolean()).isTrue();
    assertThat(score.get("factor").asDouble()).isGreaterThan(1.2);
    assertThat(score.get("iteration").asInt()).isBetween(200, 700);
  }

  @Test
  void shouldTakeABaselineFromTheSameFile() throws Exception {
    Path file = folder.resolve("both");
    StatsStorage storage = new FileStatsStorage(file.toFile());
    SimulatedRecording.put(good(1).until(1000), storage, "one");
    SimulatedRecording.put(bad(2).until(1000), storage, "two");
    storage.close();

    assertThat(
            run(
                file,
                "--session",
                "two",
                "--baseline",
                file,
                "--baseline-session",
                "one",
                "--fail-on",
                "info"))
        .isEqualTo(1);
    assertThat(run(file, "--baseline", file)).isEqualTo(2);
    assertThat(program.err()).contains("--baseline-session is needed");
  }

  @Test
  void shouldSayWhatIsWrongWithABaseline() throws Exception {
    Path run = file("run", 1000, good(1));

    assertThat(run(run, "--baseline", folder.resolve("none"))).isEqualTo(2);
    assertThat(program.err()).contains("There is no file");
    assertThat(run(run, "--baseline", run, "--baseline-session", "x")).isEqualTo(2);
    assertThat(program.err()).contains("There is no session x");
    assertThat(run(run, "--baseline-session", "x")).isEqualTo(2);
    assertThat(program.err()).contains("needs --baseline");
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
                file("worse", 1000, bad(2)).toString(),
                "--baseline",
                file("baseline", 1000, good(1)).toString(),
                "--fail-on",
                "info")
            .redirectOutput(text.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();

    assertThat(process.waitFor(100, TimeUnit.SECONDS)).as("ends by itself").isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(Files.readString(text)).contains("Compared with the baseline session baseline:");
  }
}
