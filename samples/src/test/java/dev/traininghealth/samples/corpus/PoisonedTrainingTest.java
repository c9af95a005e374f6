package dev.traininghealth.samples.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class PoisonedTrainingTest {
  private static final int ITERATIONS = 400;

  @TempDir Path directory;

  /** Clean, unprotected, protected. */
  private List<JsonNode> runs() throws IOException {
    Path file = directory.resolve("figures.json");
    List<String> progress = new ArrayList<>();
    String table = PoisonedTraining.run(1, ITERATIONS, file, progress::add);
    assertThat(progress).hasSize(3);
    assertThat(table).contains("| 1 | protected | 400 | iterations | 4 | 4 |", "are exactly");
    List<JsonNode> runs = new ArrayList<>();
    new ObjectMapper().readTree(file.toFile()).get("runs").forEach(runs::add);
    return runs;
  }

  @Test
  void shouldSkipThePoisonedStepsAndLearnTheRest() throws Exception {
    List<JsonNode> runs = runs();

    assertThat(runs)
        .extracting(run -> run.get("mode").asText())
        .containsExactly("clean", "unprotected", "protected");
    assertThat(runs)
        .extracting(run -> run.get("minibatchesPoisoned").asInt())
        .containsExactly(0, 4, 4);
    assertThat(runs).extracting(run -> run.get("skipsRecorded").asInt()).containsExactly(0, 0, 4);
    assertThat(runs)
        .allSatisfy(
            run -> {
              assertThat(run.get("iterations").asInt()).isEqualTo(ITERATIONS);
              assertThat(run.get("endedBy").asText()).isEqualTo("iterations");
            });
    assertThat(runs.get(2).get("skippedExactlyThePoisoned").asBoolean()).isTrue();
    double clean = runs.get(0).get("testAccuracy").asDouble();
    assertThat(clean).isGreaterThan(0.5);
    assertThat(runs.get(1).get("testAccuracy").asDouble()).isLessThan(0.2);
    assertThat(runs.get(2).get("testAccuracy").asDouble()).isGreaterThan(clean - 0.1);
  }
}
