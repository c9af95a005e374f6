package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A network of thirteen million parameters, whose copies do not fit beside a small heap. */
@Timeout(120)
class SmallHeapTest {
  private static final int WIDTH = 2600;

  @TempDir Path folder;

  @Test
  void shouldTrainToTheEndWithoutTheCopiesThatDoNotFit() throws Exception {
    File out = folder.resolve("out.txt").toFile();
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                SmallHeapProgram.class.getName(),
                String.valueOf(WIDTH),
                folder.resolve("bundles").toString())
            .redirectErrorStream(true)
            .redirectOutput(out)
            .start();
    assertThat(program.waitFor(100, TimeUnit.SECONDS)).as("ends by itself").isTrue();
    List<String> lines = Files.readAllLines(out.toPath());
    assertThat(lines).contains("completed " + SmallHeapProgram.ITERATIONS);
    assertThat(program.exitValue()).isZero();
    assertThat(lines).noneMatch(line -> line.contains("OutOfMemoryError"));
    assertThat(lines)
        .anyMatch(line -> line.startsWith("WARN No memory for the snapshot of the start"));
    assertThat(lines).filteredOn(line -> line.startsWith("INFO This run takes up to")).hasSize(1);
    assertThat(lines).anyMatch(line -> line.contains("Step skipped"));
  }
}
