package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traininghealth.publish.RecordFixtures;
import dev.traininghealth.read.RecordedRuns;
import dev.traininghealth.record.HealthRecord;
import dev.traininghealth.record.RunDescription;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsReport;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;

/** What a poll of the page is sent of a deep network, and of a run that it is compared with. */
final class PollLimitsTest {
  private static final int MAX_LINES = 48;

  private final StatsStorage storage = new InMemoryStatsStorage();

  private JsonNode answer(Map<String, String> parameters) throws Exception {
    PageData page =
        new PageData(new Sessions(() -> List.of(storage), session -> false), new RecordedRuns());
    return new ObjectMapper().readTree(page.reply(PageRequest.of("run", parameters::get)).body());
  }

  private void put(String session, int layers, int rows) {
    RunDescription run =
        RecordFixtures.run(RecordFixtures.denseLayout(layers), 1_000, Map.of("mode", "observing"));
    RecordFixtures.Rows recorded = RecordFixtures.rows(run);
    for (int row = 0; row < rows; row++) {
      recorded.row(row);
      for (int series = 0; series < run.series().size(); series++) {
        recorded.set(series, (1 + series + row) / 3.0);
      }
    }
    storage.putStaticInfo(RecordFixtures.runRecord(session, "w", run));
    storage.putUpdate(RecordFixtures.segmentRecord(session, "w", 2_000, recorded.segment()));
  }

  @Test
  void shouldSendSomeOfTheSingularValuesOfADeepNetwork() throws Exception {
    put("run", 500, 3);
    JsonNode sent = answer(Map.of()).get("singularValues");

    assertThat(sent.get("lines")).hasSize(MAX_LINES);
    assertThat(sent.get("omitted").asInt()).isEqualTo(500 - MAX_LINES);
    assertThat(sent.at("/lines/0/layer").asInt()).as("the first").isZero();
    assertThat(sent.at("/lines/47/layer").asInt()).as("the last").isEqualTo(499);
  }

  @Test
  void shouldSendAllSingularValuesOfAUsualNetwork() throws Exception {
    put("run", 10, 3);
    JsonNode sent = answer(Map.of()).get("singularValues");

    assertThat(sent.get("lines")).hasSize(10);
    assertThat(sent.get("omitted").asInt()).isZero();
  }

  @Test
  void shouldLeaveOutWhatIsNotOnScreen() throws Exception {
    put("run", 20, 3);
    assertThat(answer(Map.of()).fieldNames())
        .toIterable()
        .contains("heatmap", "singularValues", "updateRatios");
    assertThat(answer(Map.of("without", "heatmap,singularValues")).fieldNames())
        .toIterable()
        .contains("series", "learningRates", "updateRatios")
        .doesNotContain("heatmap", "singularValues");
  }

  @Test
  void shouldRefuseToLeaveOutWhatItDoesNotKnow() {
    put("run", 2, 3);
    assertThatThrownBy(() -> answer(Map.of("without", "heatmap,score")))
        .isInstanceOf(RequestException.class)
        .hasMessage(
            "without must be names of [heatmap, updateRatios, singularValues], separated by commas,"
                + " was \"heatmap,score\"");
  }

  @Test
  void shouldSendTheNumbersOfFewLinesExactly() throws Exception {
    put("run", 3, 3);
    assertThat(longest(answer(Map.of()).at("/updateRatios/lines/0/mean"))).isGreaterThan(6);
    put("run", 20, 3);
    JsonNode deep = answer(Map.of());
    assertThat(longest(deep.at("/updateRatios/lines/0/mean"))).isLessThanOrEqualTo(6);
    assertThat(longest(deep.at("/updateRatios/lines/0/mean"))).isPositive();
  }

  /** The characters of the longest number. */
  private static int longest(JsonNode numbers) {
    int longest = 0;
    for (JsonNode number : numbers) {
      longest = Math.max(longest, number.asText().length());
    }
    return longest;
  }

  @Test
  void shouldListTheUnreadableRecordsOfTheBaselineRun() throws Exception {
    put("run", 2, 3);
    put("good", 2, 3);
    SbeStatsReport foreign = new SbeStatsReport();
    foreign.reportIDs("good", HealthRecord.TYPE_ID, "w", 3_000);
    storage.putUpdate(foreign);
    JsonNode sent = answer(Map.of("baseline", "good"));

    assertThat(sent.get("unreadable")).isEmpty();
    assertThat(sent.at("/baseline/unreadable")).hasSize(1);
    assertThat(sent.at("/baseline/unreadable/0/records").asInt()).isEqualTo(1);
    assertThat(sent.at("/baseline/unreadable/0/message").asText())
        .contains("not a record of this plugin");
  }
}
