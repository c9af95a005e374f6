package dev.traininghealth.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class ReportedSetupsTest {
  private final PrintStream out = System.out;
  private final PrintStream err = System.err;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  @TempDir Path directory;

  @BeforeEach
  void noConsole() {
    PrintStream capture = new PrintStream(printed, true, StandardCharsets.UTF_8);
    System.setOut(capture);
    System.setErr(capture);
  }

  @AfterEach
  void asItWas() {
    System.setOut(out);
    System.setErr(err);
  }

  private String printed() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldExplainAWrongCall() throws Exception {
    String file = directory.resolve("out.json").toString();

    assertThat(ReportedSetups.SAMPLE.run()).isEqualTo(2);
    assertThat(ReportedSetups.SAMPLE.run("--out", file, "--only", "gone")).isEqualTo(2);

    assertThat(printed())
        .contains("--out FILE is missing", "No such set-up: [gone]. There are [labels-500000, ");
  }

  @Test
  void shouldCarryTheFirstRemedyOut() throws Exception {
    Path file = directory.resolve("out.json");

    assertThat(
            ReportedSetups.SAMPLE.run(
                "--out",
                file.toString(),
                "--only",
                "classes-from-one,relu-cross-entropy",
                "--seeds",
                "1",
                "--markdown"))
        .isZero();

    assertThat(printed()).contains("2 of 2 set-ups hold.", "| set-up | wanted |");
    JsonNode setups = new ObjectMapper().readTree(file.toFile());
    assertThat(setups).hasSize(2);
    for (JsonNode setup : setups) {
      JsonNode run = setup.get("runs").get(0);
      assertThat(run.get("iteration").asLong()).isZero();
      assertThat(run.get("after").asDouble()).isLessThan(0.5 * run.get("before").asDouble());
    }
  }

  @Test
  void shouldCompareAProtectedRunWithTheSameAlone() throws Exception {
    Path file = directory.resolve("out.json");

    assertThat(
            ReportedSetups.SAMPLE.run(
                "--out",
                file.toString(),
                "--only",
                "adadelta-protected,raw-columns-protected",
                "--seeds",
                "1"))
        .isZero();

    assertThat(printed()).contains("2 of 2 set-ups hold.");
    JsonNode setups = new ObjectMapper().readTree(file.toFile());
    JsonNode columns = setups.get(0).get("runs").get(0);
    assertThat(columns.get("found").asText()).contains("training stopped");
    assertThat(columns.get("before").asText()).isEqualTo("Infinity");
    assertThat(columns.get("after").asDouble()).isFinite();
    JsonNode untouched = setups.get(1).get("runs").get(0);
    assertThat(untouched.get("found").asText()).isEmpty();
    assertThat(untouched.get("after")).isEqualTo(untouched.get("before"));
  }

  @Test
  void shouldJudgeARunOfTenIterations() throws Exception {
    Path file = directory.resolve("out.json");

    assertThat(
            ReportedSetups.SAMPLE.run(
                "--out", file.toString(), "--only", "dead-start", "--seeds", "1"))
        .isZero();

    assertThat(printed()).contains("1 of 1 set-ups hold.");
    JsonNode run = new ObjectMapper().readTree(file.toFile()).get(0).get("runs").get(0);
    assertThat(run.get("iteration").asLong()).isEqualTo(7);
    assertThat(run.get("remedy").asText()).isEqualTo(".weightInit(WeightInit.RELU)");
  }
}
