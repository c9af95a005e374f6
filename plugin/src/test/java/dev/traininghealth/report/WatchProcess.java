package dev.traininghealth.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.HealthReport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** {@code HealthReport FILE --watch} in a process of its own, as on the command line. */
final class WatchProcess {
  private final Process program;
  private final BufferedReader lines;

  WatchProcess(Path file) throws IOException {
    program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                HealthReport.class.getName(),
                file.toString(),
                "--watch")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    lines =
        new BufferedReader(new InputStreamReader(program.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Waits for a line with that part; empty if the program ends without one. */
  String next(String part) throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.contains(part)) {
        return line;
      }
    }
    return "";
  }

  /** Waits for the end of the program. */
  int exitCode() throws InterruptedException {
    assertThat(program.waitFor(60, TimeUnit.SECONDS)).as("ends with the run").isTrue();
    return program.exitValue();
  }
}
