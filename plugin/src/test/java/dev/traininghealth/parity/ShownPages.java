package dev.traininghealth.parity;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.run.TrainingRun;
import dev.traininghealth.ui.ServedPage;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.jspecify.annotations.Nullable;

/** Reads what the Health page and DL4J's pages show of a run, from DL4J's server. */
final class ShownPages {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long MAX_WAIT_NANOS = Duration.ofSeconds(20).toNanos();

  private static @Nullable ShownPages shared;

  private final ServedPage page = ServedPage.multiSession(null);

  private ShownPages() {
    page.receive(new InMemoryStatsStorage());
  }

  /** {@return the pages of the one server of this JVM} */
  static synchronized ShownPages shared() {
    ShownPages pages = shared;
    if (pages == null) {
      pages = new ShownPages();
      shared = pages;
    }
    return pages;
  }

  static synchronized void stopShared() throws Exception {
    ShownPages pages = shared;
    if (pages != null) {
      shared = null;
      pages.page.stop();
    }
  }

  /** {@return the address that records can be sent to} */
  String remoteAddress() {
    return page.address("");
  }

  private HttpResponse<String> response(String session, String path) throws Exception {
    return page.get(page.path(session, path));
  }

  private JsonNode get(String session, String path) throws Exception {
    HttpResponse<String> response = response(session, path);
    assertThat(response.statusCode()).as("%s: %s", path, response.body()).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  private static List<Double> numbers(@Nullable JsonNode array) {
    List<Double> numbers = new ArrayList<>();
    requireNonNull(array).forEach(number -> numbers.add(number.asDouble()));
    return numbers;
  }

  /** Asks until all iterations have arrived: records that are sent arrive later. */
  private JsonNode health(TrainingRun run, int iterations) throws Exception {
    String path = "health/data?worker=" + ServedPage.encode(run.workerId());
    long start = System.nanoTime();
    while (System.nanoTime() - start < MAX_WAIT_NANOS) {
      HttpResponse<String> response = response(run.sessionId(), path);
      if (response.statusCode() == 200) {
        JsonNode data = JSON.readTree(response.body());
        if (data.has("range") && data.get("range").get("last").asInt() == iterations - 1) {
          return data;
        }
      }
      Thread.onSpinWait();
    }
    return get(run.sessionId(), path);
  }

  /** Asks until DL4J's own pages know a report of the session, which may arrive later as well. */
  private void awaitReport(String session) throws Exception {
    long start = System.nanoTime();
    boolean known = false;
    while (!known && System.nanoTime() - start < MAX_WAIT_NANOS) {
      HttpResponse<String> response = response(session, "overview/data");
      known =
          response.statusCode() == 200
              && !numbers(JSON.readTree(response.body()).get("scores")).isEmpty();
    }
  }

  /** Checks the pages of a run without non-finite values, and closes its listener. */
  void check(
      StatsStorageRouter router,
      TrainingHealthListener health,
      Model model,
      Recorded recorded,
      boolean withModelPage)
      throws Exception {
    if (router instanceof StatsStorage storage) {
      page.attach(storage);
    }
    try {
      assertThat(health.runs()).isNotEmpty();
      for (TrainingRun run : health.runs()) {
        checkHealth(health(run, recorded.scores.size()), model, recorded);
      }
      health.close(); // before, the first report of a short run waits for what it lacks
      String session = health.getSessionID();
      awaitReport(session);
      assertThat(numbers(get(session, "overview/data").get("scores"))).isNotEmpty();
      if (withModelPage) {
        JsonNode graph = get(session, "model/graph");
        for (int vertex = 0; vertex < graph.get("vertexNames").size(); vertex++) {
          get(session, "model/data/" + vertex);
        }
      }
      get(session, "system/data");
    } finally {
      if (router instanceof StatsStorage storage) {
        page.detach(storage);
      }
    }
  }

  private static void checkHealth(JsonNode data, Model model, Recorded recorded) {
    assertThat(data.get("unreadable")).isEmpty();
    JsonNode run = data.get("run");
    assertThat(run.get("model").asText()).isEqualTo(model.getClass().getSimpleName());
    assertThat(run.get("parameters").asLong()).isEqualTo(Recorded.trainable(model));
    assertThat(run.get("layers")).hasSizeGreaterThanOrEqualTo(Recorded.layerNames(model).size());
    assertThat(data.get("heatmap").get("rows"))
        .hasSize(Recorded.owners(model.paramTable().keySet()).size());
    List<Double> scores = numbers(data.get("series").get("SCORE").get("mean"));
    assertThat(scores).hasSize(recorded.scores.size());
    int i = 0;
    for (List<Double> replicas : recorded.scores.values()) {
      double shown = scores.get(i++);
      assertThat(replicas)
          .anySatisfy(score -> assertThat(shown).isCloseTo(score, withPercentage(0.1)));
    }
  }
}
