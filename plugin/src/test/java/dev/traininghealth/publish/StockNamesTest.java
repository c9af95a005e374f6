package dev.traininghealth.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.ParameterRole;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.stats.api.StatsInitializationReport;
import org.deeplearning4j.ui.model.stats.api.StatsReport;
import org.deeplearning4j.ui.model.stats.api.StatsType;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;

/** The records for DL4J's own pages hold no name that those take for markup or a path. */
final class StockNamesTest {
  private static final String MARKUP = "<img src=x onerror=alert(1)>";
  private static final String ESCAPED = "&lt;img src=x onerror=alert(1)&gt;";
  private static final String SESSION = "a/" + MARKUP;
  private static final String STOCK_SESSION = "a~2F~3Cimg src=x onerror=alert(1)~3E";

  private final InMemoryStatsStorage storage = new InMemoryStatsStorage();

  private void record() {
    NetworkLayout layout =
        new NetworkLayout(
            "ComputationGraph",
            List.of(new NetworkLayout.Layer(MARKUP, "DenseLayer", "tanh", false, 0, 1)),
            List.of(
                new NetworkLayout.Parameter(
                    MARKUP + "_W", "W", 0, ParameterRole.WEIGHT, 100, false)));
    Recorder recorder =
        new Recorder(
            layout,
            Map.of(),
            "org.deeplearning4j.nn.graph.ComputationGraph",
            100,
            () -> "{\"vertices\": {\"" + MARKUP + "\": {}}}",
            storage,
            SESSION,
            MARKUP,
            new Recorder.Settings(Duration.ofMillis(1), true, ""));
    recorder.record(new Measurements(layout).at(0, 1_000));
    recorder.close();
  }

  @Test
  void shouldWriteNoNameThatThePagesTakeForMarkup() {
    record();

    assertThat(storage.listSessionIDs()).containsExactlyInAnyOrder(SESSION, STOCK_SESSION);
    assertThat(storage.listWorkerIDsForSession(STOCK_SESSION)).containsExactly(ESCAPED);
    StatsInitializationReport start =
        (StatsInitializationReport)
            storage.getStaticInfo(STOCK_SESSION, StatsListener.TYPE_ID, ESCAPED);
    assertThat(start.getModelConfigJson()).isEqualTo("{\"vertices\": {\"" + ESCAPED + "\": {}}}");
    assertThat(start.getModelParamNames()).containsExactly(ESCAPED + "_W");
    Persistable report = storage.getLatestUpdate(STOCK_SESSION, StatsListener.TYPE_ID, ESCAPED);
    assertThat(((StatsReport) report).getMeanMagnitudes(StatsType.Parameters).keySet())
        .as("the names that the configuration has now")
        .containsExactly(ESCAPED + "_W");
  }

  @Test
  void shouldKeepTheNamesInItsOwnRecords() {
    record();

    assertThat(storage.listTypeIDsForSession(SESSION)).doesNotContain(StatsListener.TYPE_ID);
    assertThat(storage.listWorkerIDsForSession(SESSION)).containsExactly(MARKUP);
  }
}
