package dev.traininghealth.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traininghealth.CapturedLog;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.publish.DiagnosisFixtures;
import dev.traininghealth.publish.RecordFixtures;
import dev.traininghealth.record.DiagnosisRecord;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.RunRecord;
import dev.traininghealth.record.RunRecord.Check;
import dev.traininghealth.record.RunRecord.Coverage;
import dev.traininghealth.record.Segment;
import dev.traininghealth.record.SegmentRecord;
import dev.traininghealth.record.Series.Scope;
import dev.traininghealth.text.Message;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.core.storage.StatsStorage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class JsonLinesTest {
  private static final RunDescription RUN =
      RecordFixtures.run(RecordFixtures.denseLayout(2), 1000, Map.of("mode", "OBSERVING"));

  @TempDir Path folder;
  private Path file;
  private JsonLinesRouter router;

  @BeforeEach
  void create() {
    file = folder.resolve("run.jsonl");
    router = new JsonLinesRouter(file);
    router.putUpdate(RecordFixtures.runRecord("s", "w", RUN));
  }

  private void put(Segment segment) {
    router.putUpdate(RecordFixtures.segmentRecord("s", "w", 7, segment));
  }

  /** Rows with scores 0, 1, 2, … */
  private static RecordFixtures.Rows rows(int from, int to) {
    RecordFixtures.Rows rows = RecordFixtures.rows(RUN);
    for (int i = from; i < to; i++) {
      rows.row(i).set(Quantity.SCORE, Scope.RUN, 0, i);
      rows.set(Quantity.GRADIENT_NORM, Scope.LAYER, 1, 10 + i);
    }
    return rows;
  }

  private List<JsonNode> lines(String type) throws IOException {
    List<JsonNode> found = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      JsonNode node = new ObjectMapper().readTree(line);
      assertThat(node.path("session").asText()).isEqualTo("s");
      assertThat(node.path("worker").asText()).isEqualTo("w");
      if (node.path("type").asText().equals(type)) {
        found.add(node);
      }
    }
    return found;
  }

  @Test
  void shouldWriteEachIterationOnceThoughItsSegmentGrows() throws IOException {
    put(rows(0, 2).segment());
    put(rows(0, 3).segment());
    put(rows(0, 3).segment());
    assertThat(lines("iteration"))
        .extracting(line -> line.path("iteration").asInt() + ":" + line.path("score").asDouble())
        .containsExactly("0:0.0", "1:1.0", "2:2.0");
    assertThat(lines("run")).hasSize(1);
  }

  @Test
  void shouldWriteTheLayersEverMoreRarely() throws IOException {
    put(rows(0, 256).segment());
    List<JsonNode> with =
        lines("iteration").stream().filter(line -> line.has(LineNames.LAYERS)).toList();
    assertThat(with)
        .extracting(line -> line.path("iteration").asInt())
        .contains(0, 1, 199, 200, 202, 254);
    assertThat(with).hasSize(200 + 28);
    JsonNode layer = with.get(3).path(LineNames.LAYERS).get(0);
    assertThat(layer.path("index").asInt()).isEqualTo(1);
    assertThat(layer.path("name").asText()).isEqualTo(RUN.layers().get(1).name());
    assertThat(layer.path("gradientNorm").asDouble()).isEqualTo(13);
  }

  @Test
  void shouldWriteABucketAsOneLineThatHidesNoNaN() throws IOException {
    RecordFixtures.Rows rows = rows(0, 4);
    Segment first = rows.segment();
    for (int i = 4; i < 8; i++) {
      rows.row(i).set(Quantity.SCORE, Scope.RUN, 0, i == 5 ? Double.NaN : i);
    }
    put(RecordFixtures.merge(first, rows.segment()));
    assertThat(lines("iteration"))
        .extracting(
            line -> line.path("firstIteration").asInt(-1) + " " + line.path("score").asText())
        .containsExactly("0 0.5", "2 2.5", "4 NaN", "6 6.5");
  }

  @Test
  void shouldWriteAValidationScoreThatComesAfterItsRow() throws IOException {
    put(rows(0, 2).segment());
    for (int i = 0; i < 2; i++) {
      put(rows(0, 2).set(Quantity.VALIDATION_SCORE, Scope.RUN, 0, 0.25).segment());
    }
    List<JsonNode> written = lines("iteration");
    assertThat(written).hasSize(3);
    assertThat(written.get(2).path("validationScore").asDouble()).isEqualTo(0.25);
    assertThat(written.get(2).path("iteration").asInt()).isEqualTo(1);
    assertThat(written.get(2).has("score")).isFalse();
  }

  @Test
  void shouldWriteEachStateOfADiagnosisWithItsWords() throws IOException {
    var warning = DiagnosisFixtures.diagnosis(0, Problem.DEAD_RELU, Severity.WARNING, 20);
    for (var state : List.of(warning, warning, DiagnosisFixtures.ended(warning, 30))) {
      router.putUpdate(
          DiagnosisFixtures.record("s", "w", 9, DiagnosisFixtures.recorded(state, RUN)));
    }
    List<JsonNode> written = lines("diagnosis");
    assertThat(written).hasSize(2);
    assertThat(written.get(0).path("message").asText()).isEqualTo(warning.sentence());
    assertThat(written.get(1).path("record").path("endIteration").asInt()).isEqualTo(30);
  }

  @Test
  void shouldGiveTheSameRecordsWhenItIsReadAgain() throws Exception {
    router.putUpdate(
        new RunRecord(
            "s",
            "w",
            2,
            RUN,
            new Coverage(
                true, List.of(new Check("data", "CHECKED", 0, 9, 5, Message.literal("all"))))));
    put(rows(0, 3).set(Quantity.SCORE, Scope.RUN, 0, Double.NEGATIVE_INFINITY).segment());
    var warning = DiagnosisFixtures.diagnosis(0, Problem.DEAD_RELU, Severity.WARNING, 20);
    var recorded = DiagnosisFixtures.recorded(DiagnosisFixtures.ended(warning, 30), RUN);
    router.putUpdate(
        DiagnosisFixtures.record("s", "w", 9, DiagnosisFixtures.recorded(warning, RUN)));
    router.putUpdate(DiagnosisFixtures.record("s", "w", 9, recorded));

    StatsStorage read = JsonLinesFile.read(file).storage();
    var updates = read.getAllUpdatesAfter("s", "TrainingHealth", "w", Long.MIN_VALUE);
    assertThat(updates).hasSize(3);
    assertThat(updates)
        .filteredOn(RunRecord.class::isInstance)
        .singleElement()
        .satisfies(
            each -> {
              assertThat(((RunRecord) each).description()).isEqualTo(RUN);
              assertThat(((RunRecord) each).coverage().conclusive()).isTrue();
            });
    assertThat(updates)
        .filteredOn(DiagnosisRecord.class::isInstance)
        .singleElement()
        .satisfies(each -> assertThat(((DiagnosisRecord) each).diagnosis()).isEqualTo(recorded));
    Segment segment =
        ((SegmentRecord)
                updates.stream().filter(SegmentRecord.class::isInstance).findFirst().orElseThrow())
            .segment();
    int score = RUN.indexOf(Quantity.SCORE, Scope.RUN, 0);
    assertThat(segment.buckets()).isEqualTo(3);
    assertThat(segment.mean(score, 1)).isEqualTo(1);
    assertThat(segment.nonFinite(score))
        .singleElement()
        .satisfies(each -> assertThat(each.negativeInfinities()).isEqualTo(1));
    assertThat(segment.mean(RUN.indexOf(Quantity.GRADIENT_NORM, Scope.LAYER, 1), 2)).isEqualTo(12);
  }

  @Test
  void shouldWriteOneEndUntilMoreIsRecorded() throws IOException {
    router.putEnd("s", "of another run");
    put(rows(0, 2).segment());
    assertThat(JsonLinesFile.read(file).running()).containsExactly("s");
    router.putEnd("s", "w");
    put(rows(0, 2).segment());
    router.putEnd("s", "w");
    assertThat(lines("end")).hasSize(1);
    assertThat(JsonLinesFile.read(file).running()).isEmpty();

    put(rows(0, 3).segment());
    assertThat(JsonLinesFile.read(file).running()).as("it is continued").containsExactly("s");
    router.putEnd("s", "w");
    assertThat(lines("end")).hasSize(2);
    assertThat(JsonLinesFile.read(file).running()).isEmpty();
  }

  @Test
  void shouldIgnoreAnUnfinishedLineAndNameABrokenOne() throws IOException {
    put(rows(0, 3).segment());
    Files.writeString(file, "{\"type\":\"iterat", StandardOpenOption.APPEND);
    assertThat(JsonLinesFile.read(file).storage().listSessionIDs()).containsExactly("s");
    Files.writeString(file, "}\n", StandardOpenOption.APPEND);
    assertThatThrownBy(() -> JsonLinesFile.read(file))
        .isInstanceOf(InvalidObjectException.class)
        .hasMessageStartingWith("line 5: its JSON cannot be read");
  }

  /** The next program begins a line of its own. */
  @Test
  void shouldLeaveOutTheCutLineOfAProgramThatWasKilled() throws IOException {
    put(rows(0, 3).segment());
    Files.writeString(file, "{\"type\":\"iterat", StandardOpenOption.APPEND);
    router = new JsonLinesRouter(file);
    router.putUpdate(RecordFixtures.runRecord("next", "w", RUN));

    try (CapturedLog log = new CapturedLog(JsonLinesFile.class)) {
      assertThat(JsonLinesFile.read(file).storage().listSessionIDs())
          .containsExactlyInAnyOrder("s", "next");
      assertThat(log.warnings())
          .singleElement()
          .asString()
          .startsWith("Line 5 of " + file + " is left out");
    }
  }

  @Test
  void shouldWriteWhatCouldNotBeWrittenWhenItCan() throws IOException {
    Files.delete(file);
    Files.createDirectory(file);
    Segment segment = rows(0, 2).segment();
    assertThatThrownBy(() -> put(segment))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(file.toString());
    Files.delete(file);
    put(segment);
    assertThat(lines("iteration")).hasSize(2);
  }
}
