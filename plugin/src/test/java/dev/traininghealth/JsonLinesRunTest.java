package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.guard.Guard;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.spark.impl.listeners.VanillaStatsStorageRouter;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** A run that is written to a file of JSON lines. */
class JsonLinesRunTest {
  @TempDir Path folder;

  private static InjectedRun run(TrainingHealthListenerBuilder builder) {
    InjectedRun run = new InjectedRun(LearningNetwork.MLP, new Adam(0.01), builder.sessionId("s"));
    run.until(20);
    run.net.getParam("1_W").putScalar(0, Double.NaN);
    run.until(25);
    return run;
  }

  private static List<JsonNode> lines(Path file, String type) throws Exception {
    ObjectMapper json = new ObjectMapper();
    try (Stream<String> lines = Files.lines(file)) {
      List<JsonNode> found = new ArrayList<>();
      for (String line : lines.toList()) {
        JsonNode node = json.readTree(line);
        if (node.path("type").asText().equals(type)) {
          found.add(node);
        }
      }
      return found;
    }
  }

  private static String report(Path file) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    HealthReport.run(
        new String[] {file.toString()},
        new PrintStream(out, true, StandardCharsets.UTF_8),
        System.err);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldTellWhatTheStorageTells() throws Exception {
    Path file = folder.resolve("run.jsonl");
    StatsStorage storage = new InMemoryStatsStorage();
    InjectedRun run = run(TrainingHealthListener.builder(storage).jsonLines(file));
    run.listener.close();

    List<JsonNode> iterations = lines(file, "iteration");
    assertThat(iterations).extracting(line -> line.path("iteration").asInt()).hasSize(25);
    assertThat(iterations.get(19).path("score").asDouble()).isPositive();
    assertThat(iterations.get(24).path("score").asText()).isEqualTo("NaN");
    assertThat(iterations.get(3).path("layers").get(0).path("gradientNorm").asDouble())
        .isPositive();
    assertThat(lines(file, "diagnosis"))
        .anySatisfy(
            line ->
                assertThat(line.path("record").path("problem").asText()).isEqualTo("non_finite"));
    assertThat(report(file)).isEqualTo(HealthReport.text(storage, "s"));
  }

  @Test
  void shouldDoWithoutAStorage() throws Exception {
    Path file = folder.resolve("run.jsonl");
    InjectedRun run = run(TrainingHealthListener.builder(null).jsonLines(file));
    run.listener.close();
    assertThat(lines(file, "iteration")).hasSize(25);
    assertThat(report(file)).contains("CRITICAL non_finite");
    assertThat(typeOfLastLine(file)).isEqualTo("end");
  }

  private static String typeOfLastLine(Path file) throws Exception {
    List<String> lines = Files.readAllLines(file);
    return new ObjectMapper().readTree(lines.get(lines.size() - 1)).path("type").asText();
  }

  @Test
  void shouldEndWithTheListenerAndNotBefore() throws Exception {
    Path file = folder.resolve("run.jsonl");
    for (int run = 1; run <= 2; run++) {
      InjectedRun trained =
          new InjectedRun(
              LearningNetwork.MLP,
              new Sgd(0.01),
              TrainingHealthListener.builder(new InMemoryStatsStorage())
                  .sessionId("s")
                  .workerId("w")
                  .jsonLines(file));
      trained.until(5).listener.flush();
      assertThat(typeOfLastLine(file)).as("run %d", run).isNotEqualTo("end");
      trained.listener.close();
      assertThat(typeOfLastLine(file)).as("run %d", run).isEqualTo("end");
    }
    assertThat(lines(file, "end")).hasSize(2);
  }

  @Test
  void shouldWriteASecondRunIntoTheSameFile() throws Exception {
    Path file = folder.resolve("run.jsonl");
    for (String session : List.of("first", "second")) {
      InjectedRun run =
          new InjectedRun(
              LearningNetwork.MLP,
              new Sgd(0.01),
              TrainingHealthListener.builder(new InMemoryStatsStorage())
                  .sessionId(session)
                  .jsonLines(file));
      run.until(5).listener.close();
    }
    assertThat(lines(file, "iteration"))
        .extracting(line -> line.path("session").asText())
        .containsOnly("first", "second")
        .hasSize(10);
  }

  @Test
  void shouldRecordInTheStorageAlthoughTheFileCannotBeWritten() throws Exception {
    Path file = Files.createDirectory(folder.resolve("a folder"));
    StatsStorage storage = new InMemoryStatsStorage();
    try (CapturedLog log = new CapturedLog(Guard.class)) {
      InjectedRun run = run(TrainingHealthListener.builder(storage).jsonLines(file));
      run.listener.close();
      assertThat(log.warnings())
          .singleElement()
          .asString()
          .contains("JSON lines file " + file, "lacks some of them");
    }
    assertThat(HealthReport.text(storage, "s")).contains("iterations 0 to 24");
  }

  @Test
  void shouldWriteTheWholeFileAlthoughTheStorageAcceptsNothing() throws Exception {
    Path file = folder.resolve("run.jsonl");
    StatsStorage full =
        new InMemoryStatsStorage() {
          @Override
          public void putStaticInfo(Persistable staticInfo) {
            throw new IllegalStateException("the disk is full");
          }
        };
    run(TrainingHealthListener.builder(full).jsonLines(file)).listener.close();

    assertThat(lines(file, "iteration")).hasSize(25);
    assertThat(report(file)).contains("CRITICAL non_finite");
  }

  @Test
  void shouldNotWriteAFileOnAWorkerOfSpark() {
    Path file = folder.resolve("run.jsonl");
    InjectedRun run =
        run(TrainingHealthListener.builder(new VanillaStatsStorageRouter()).jsonLines(file));
    run.listener.close();
    assertThat(file).doesNotExist();
  }
}
