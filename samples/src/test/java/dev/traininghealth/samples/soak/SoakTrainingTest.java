package dev.traininghealth.samples.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.config.DL4JSystemProperties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class SoakTrainingTest {
  private static final int ITERATIONS = 3000;

  @TempDir Path directory;

  private final List<String> progress = new ArrayList<>();

  @BeforeEach
  void anyFreePort() {
    System.setProperty(DL4JSystemProperties.UI_SERVER_PORT_PROPERTY, "0");
  }

  @AfterEach
  void asItWas() {
    System.clearProperty(DL4JSystemProperties.UI_SERVER_PORT_PROPERTY);
  }

  @Test
  void shouldMeasureAtEachTenthWithEveryKindOfIntervention() throws Exception {
    Path out = directory.resolve("soak.json");

    SoakReport report = SoakTraining.run(ITERATIONS, out, false, progress::add);

    assertThat(progress).hasSize(10);
    assertThat(report.table()).contains("\n300 ", "\n3,000 ");
    assertThat(report.summary())
        .contains("skip ", "clip ", "lower_learning_rate ", "raise_learning_rate ", "rollback ")
        .containsPattern("Requests to the page: [1-9][0-9]*, failed: 0\\.");
    // In so short a run, pools of threads and the heap are still being filled.
    assertThat(report.verdict()).contains("heap ", "resident ", "threads ", "storage ");
    JsonNode last = new ObjectMapper().readTree(out.toFile()).get("rows").get(9);
    assertThat(last.get("iteration").asInt()).isEqualTo(ITERATIONS);
    assertThat(last.get("heap").asLong()).isPositive();
    assertThat(last.get("resident").asLong()).isPositive();
    assertThat(last.get("pointers").asLong()).isPositive();
    assertThat(last.get("storage").asLong()).isPositive();
    assertThat(last.get("listenerMicros").asDouble()).isPositive();
    // Each of the five kinds; how many there are of some depends on how much time trials had.
    assertThat(last.get("interventions").asLong()).isGreaterThanOrEqualTo(5);
  }

  @Test
  void shouldContinueAnInterruptedRun() throws Exception {
    Path out = directory.resolve("soak.json");
    SoakTraining.run(500, out, false, progress::add);
    long before = interventions(out, 9);

    SoakReport report = SoakTraining.run(1000, out, true, progress::add);

    assertThat(progress).hasSize(15);
    assertThat(report.table()).contains("\n50 ", "\n500 ", "\n600 ", "\n1,000 ");
    assertThat(interventions(out, 14)).isGreaterThan(before);
    assertThat(SoakTraining.run(1000, out, true, progress::add).table()).isEqualTo(report.table());
    assertThat(progress).as("a finished run is not trained again").hasSize(15);
  }

  private static long interventions(Path out, int row) throws Exception {
    return new ObjectMapper()
        .readTree(out.toFile())
        .get("rows")
        .get(row)
        .get("interventions")
        .asLong();
  }
}
