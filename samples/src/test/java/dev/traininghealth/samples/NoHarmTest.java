package dev.traininghealth.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoHarmTest {
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

  @ParameterizedTest
  @CsvSource({
    "--only, gone, 'No such set-up: [gone]. There are [objective-changes, '",
    "--mode, sleeping, '--mode must be one or several of alone,observing,protecting, was sleeping'",
    "--mode, 'alone,', '--mode must be one or several of alone,observing,protecting, was alone,'",
    "--seeds, 0, '--seeds must be a whole number above 0, was 0'",
    "--audit, x, Unknown argument: --audit"
  })
  void shouldExplainAWrongCall(String option, String value, String explanation) throws Exception {
    Path file = directory.resolve("out.json");

    assertThat(NoHarm.SAMPLE.run("--out", file.toString(), option, value)).isEqualTo(2);

    assertThat(printed()).contains(explanation, "Usage: NoHarm");
    assertThat(file).doesNotExist();
  }

  @Test
  void shouldAskForTheFile() throws Exception {
    assertThat(NoHarm.SAMPLE.run()).isEqualTo(2);
    assertThat(printed()).contains("--out FILE is missing");
    assertThat(NoHarm.SAMPLE.run("--out", "/nowhere/at/all")).isEqualTo(1);
    assertThat(printed()).contains("Not a file in an existing directory");
  }

  @Test
  void shouldRunAChosenSetup() throws Exception {
    Path file = directory.resolve("out.json");

    assertThat(
            NoHarm.SAMPLE.run(
                "--out",
                file.toString(),
                "--seeds",
                "1",
                "--only",
                "adadelta",
                "--mode",
                "alone,observing",
                "--markdown"))
        .isZero();

    assertThat(printed())
        .contains(
            "adadelta seed 1, alone: training score",
            "adadelta seed 1, observing: training score",
            "| adadelta | training score | ");
    assertThat(Files.readString(file)).contains("\"setup\" : \"adadelta\"");
  }
}
