package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.publish.DiagnosisFixtures;
import dev.traininghealth.publish.Measurements;
import dev.traininghealth.publish.RecordFixtures;
import dev.traininghealth.publish.Recorder;
import dev.traininghealth.read.RecordedRuns;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How finely the page shows the parts of a long run, and what it says of that. */
@Timeout(60)
final class RecordedResolutionTest {
  private static final int ITERATIONS = 100_000;
  private static final int EVENT = 20_000;
  private static final NetworkLayout LAYOUT = RecordFixtures.denseLayout(2);
  private static final StatsStorage STORAGE = new InMemoryStatsStorage();

  private final PageData page =
      new PageData(new Sessions(() -> List.of(STORAGE), session -> false), new RecordedRuns());

  @BeforeAll
  static void train() {
    try (Recorder recorder =
        new Recorder(
            LAYOUT,
            Map.of(),
            "org.deeplearning4j.nn.multilayer.MultiLayerNetwork",
            220,
            () -> "{}",
            STORAGE,
            "s",
            "w",
            new Recorder.Settings(Duration.ofHours(1), false, ""))) {
      Measurements measurements = new Measurements(LAYOUT);
      for (int i = 0; i < ITERATIONS; i++) {
        if (i == EVENT) {
          recorder.record(
              DiagnosisFixtures.diagnosis(0, Problem.LOSS_SPIKE, Severity.WARNING, EVENT));
        }
        recorder.record(measurements.at(i, 1_700_000_000_000L + i));
      }
    }
  }

  @AfterAll
  static void close() throws Exception {
    STORAGE.close();
  }

  private JsonNode data(int from, int to) throws Exception {
    Map<String, String> parameters = Map.of("from", String.valueOf(from), "to", String.valueOf(to));
    return new ObjectMapper().readTree(page.reply(PageRequest.of("s", parameters::get)).body());
  }

  @Test
  void shouldShowEveryIterationOfTheStartAndAroundADiagnosis() throws Exception {
    for (int from : new int[] {0, EVENT - 100, ITERATIONS - 500}) {
      JsonNode data = data(from, from + 200);
      assertThat(data.get("columns").get("first")).as("from %d", from).hasSize(201);
      assertThat(data.get("columns").has("resolution")).as("only if not each one").isFalse();
      assertThat(data.get("series").get("SCORE").get("mean").get(7).asDouble())
          .isCloseTo(1 + 1.0 / (1 + from + 7), within(1e-6));
    }
  }

  @Test
  void shouldSayHowCoarselyOtherPartsAreRecorded() throws Exception {
    JsonNode elsewhere = data(50_000, 50_200);
    assertThat(elsewhere.get("range").get("width").asInt()).isEqualTo(1);
    long recorded = elsewhere.get("columns").get("resolution").get(0).asLong();
    assertThat(recorded).isGreaterThan(8);
    elsewhere
        .get("columns")
        .get("resolution")
        .forEach(each -> assertThat(each.asLong()).isEqualTo(recorded));

    JsonNode columns = data(EVENT - 1_000, EVENT + 1_000).get("columns");
    assertThat(columns.get("resolution")).hasSameSizeAs(columns.get("first"));
    int single = 0;
    long next = columns.get("first").get(0).asLong();
    for (int i = 0; i < columns.get("first").size(); i++) {
      assertThat(columns.get("first").get(i).asLong()).as("no gap, no overlap").isEqualTo(next);
      next = columns.get("last").get(i).asLong() + 1;
      single += columns.get("resolution").get(i).asInt() == 1 ? 1 : 0;
    }
    assertThat(next).isGreaterThan(EVENT + 1_000);
    assertThat(single).as("columns of 4 single iterations").isGreaterThan(50);
  }
}
