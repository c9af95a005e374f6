package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The classes that the start of a run loads, and by which thread: loading costs milliseconds. */
@Timeout(120)
class StartUpClassesTest {
  private static final Pattern LOADED = Pattern.compile("\\[(\\d+)] (\\S+) source: .*");

  @TempDir Path folder;

  @Test
  void shouldGenerateNoMethodsOfRecordsAndLoadNoJsonOnTheTrainingThread() throws Exception {
    Path out = folder.resolve("out.txt");
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:stdout:tid",
                "-cp",
                System.getProperty("java.class.path"),
                StartUpProgram.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    assertThat(program.waitFor(100, TimeUnit.SECONDS)).as("ends by itself").isTrue();
    List<String> lines = Files.readAllLines(out);
    assertThat(lines).contains("diagnoses: 1");

    List<Matcher> loads = lines.stream().map(LOADED::matcher).filter(Matcher::matches).toList();
    List<String> all = loads.stream().map(load -> load.group(2)).toList();
    assertThat(all)
        .contains("dev.traininghealth.detect.Diagnosis")
        .as("bootstraps equals and hashCode of records, on the training thread")
        .doesNotContain("java.lang.runtime.ObjectMethods");
    String trainingThread =
        loads.stream()
            .filter(load -> load.group(2).equals(StartUpProgram.class.getName()))
            .map(load -> load.group(1))
            .findFirst()
            .orElseThrow();
    assertThat(loads)
        .filteredOn(load -> load.group(1).equals(trainingThread))
        .extracting(load -> load.group(2))
        .doesNotContain("org.deeplearning4j.nn.conf.serde.JsonMappers")
        .noneMatch(name -> name.startsWith("org.deeplearning4j.ui.model.stats.impl"));
  }
}
