package dev.traininghealth.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.publish.Recorder.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.ui.VertxUIServer;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What DL4J's own server makes of the reports: real pages' data over HTTP. */
@Timeout(120)
class StockPagesTest {
  private static final long START = 1_700_000_000_000L;
  private static final NetworkLayout LAYOUT = RecordFixtures.denseLayout(3);
  private static final ObjectMapper JSON = new ObjectMapper();

  private VertxUIServer server;
  private boolean finite = true;
  private boolean hasUpdates = true;

  /** When deviations and means are measured; empty for each iteration. */
  private int[] measuredAt = {};

  private final List<StatsStorage> storages = new ArrayList<>();

  @BeforeEach
  void startServer() {
    server = VertxUIServer.getInstance(0, false, null);
  }

  @AfterEach
  void stopServer() throws Exception {
    VertxUIServer.stopInstance();
    for (StatsStorage storage : storages) {
      storage.close();
    }
  }

  /** Ten iterations a second apart, of which the fifth has no score. */
  private void train(StatsStorage storage) {
    storages.add(storage);
    MultiLayerConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .list()
            .layer(new DenseLayer.Builder().nIn(10).nOut(10).build())
            .layer(new DenseLayer.Builder().nIn(10).nOut(10).build())
            .layer(new OutputLayer.Builder().nIn(10).nOut(10).build())
            .build();
    try (Recorder recorder =
        new Recorder(
            LAYOUT,
            Map.of(),
            "org.deeplearning4j.nn.multilayer.MultiLayerNetwork",
            330,
            configuration::toJson,
            storage,
            "session",
            "worker",
            new Settings(Duration.ofHours(1), true, ""),
            Clock.fixed(Instant.ofEpochMilli(START), ZoneOffset.UTC),
            Duration.ofSeconds(20))) {
      Measurements measurements = new Measurements(LAYOUT);
      for (int i = 0; i < 10; i++) {
        MeasurementWriter m = measurements.at(i, START + 1_000L * i);
        if (measuredAt.length > 0) {
          rename(m, i);
        }
        if (!hasUpdates) {
          m.updateIteration = -1;
          Arrays.fill(m.updateMeanMagnitude, Measurement.absent());
          Arrays.fill(m.updateStandardDeviation, Measurement.absent());
        }
        m.score = !finite || i == 5 ? Double.NaN : 2 - i / 8.0;
        recorder.record(m);
        recorder.flush();
      }
    }
    server.attach(storage);
  }

  /** Deviations and means are those of the latest iteration at which they were measured. */
  private void rename(MeasurementWriter m, int iteration) {
    int latest = 0;
    for (int measured : measuredAt) {
      latest = measured <= iteration ? measured : latest;
    }
    Arrays.fill(m.gradientDeviationIteration, latest);
    Arrays.fill(m.updateDeviationIteration, latest);
    Arrays.fill(m.activationIteration, latest);
    Arrays.fill(m.gradientStandardDeviation, 1 + latest);
    Arrays.fill(m.activationMean, latest);
  }

  /** The pages pair the n-th value with the n-th report. */
  @Test
  void shouldDrawValuesAtTheirIterationsAndEndTheLinesAtTheLatest() throws Exception {
    measuredAt = new int[] {0, 3, 7};
    train(new InMemoryStatsStorage());
    JsonNode overview = get("/train/overview/data");
    assertThat(overview.get("scoresIter")).hasSize(9);
    List<Double> deviations = numbers(overview.get("stdevGradients").get("0_W"));
    assertThat(deviations).as("of iterations 0, 1, 2, 3, 4, 6 and 7").hasSize(7);
    assertThat(List.of(deviations.get(0), deviations.get(3), deviations.get(6)))
        .containsExactly(1.0, 4.0, 8.0);
    assertThat(deviations.get(1)).isCloseTo(Math.pow(4, 1.0 / 3), within(1e-9));
    assertThat(numbers(overview.get("stdevActivations").get("2"))).hasSize(7);
    assertThat(numbers(overview.get("stdevUpdates").get("0_W"))).hasSize(7);
    assertThat(numbers(overview.get("updateRatios").get("1_W"))).hasSize(9);
    for (int layer = 0; layer < 4; layer++) {
      get("/train/model/data/" + layer);
    }
    JsonNode activations = get("/train/model/data/2").get("activations");
    assertThat(numbers(activations.get("iterCount")))
        .containsExactly(0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 7.0);
    assertThat(numbers(activations.get("mean"))).startsWith(0.0, 1.0, 2.0, 3.0, 4.0);
  }

  @Test
  void shouldNameTheModelOfARunWithoutAFiniteScore() throws Exception {
    finite = false;
    train(new InMemoryStatsStorage());
    assertThat(get("/train/overview/data").get("model").toString())
        .contains("MultiLayerNetwork", "\"3\"", "\"330\"");
    for (int layer = 0; layer < 4; layer++) {
      get("/train/model/data/" + layer);
    }
    get("/train/system/data");
  }

  @Test
  void shouldDrawARunWhoseSolverHasNoUpdates() throws Exception {
    hasUpdates = false;
    train(new InMemoryStatsStorage());
    JsonNode overview = get("/train/overview/data");
    assertThat(numbers(overview.get("scoresIter")))
        .containsExactly(0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 7.0, 8.0, 9.0);
    assertThat(numbers(overview.get("stdevGradients").get("0_W"))).hasSize(9);
    for (int layer = 0; layer < 4; layer++) {
      get("/train/model/data/" + layer);
    }
    JsonNode magnitudes = get("/train/model/data/2").get("meanMag");
    assertThat(numbers(magnitudes.get("paramMM").get("b"))).hasSize(9);
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    HttpResponse<String> response =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .build()
            .send(
                HttpRequest.newBuilder(URI.create(server.getAddress() + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(path).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  @Test
  void shouldFillThePagesFromMemory() throws Exception {
    train(new InMemoryStatsStorage());
    assertPages();
  }

  @Test
  void shouldFillThePagesFromAFile(@TempDir Path folder) throws Exception {
    train(new FileStatsStorage(folder.resolve("stats.bin").toFile()));
    assertPages();
  }

  private void assertPages() throws Exception {
    JsonNode overview = get("/train/overview/data");
    assertThat(numbers(overview.get("scoresIter")))
        .containsExactly(0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 7.0, 8.0, 9.0);
    assertThat(numbers(overview.get("scores")))
        .containsExactly(2.0, 1.875, 1.75, 1.625, 1.5, 1.25, 1.125, 1.0, 0.875);
    assertThat(overview.get("updateRatios").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("0_W", "1_W", "2_W");
    assertThat(numbers(overview.get("updateRatios").get("1_W")))
        .hasSize(9)
        .allSatisfy(ratio -> assertThat(ratio).isCloseTo(0.001, within(1e-9)));
    assertThat(numbers(overview.get("stdevActivations").get("2"))).hasSize(9).containsOnly(2.25);
    assertThat(numbers(overview.get("stdevGradients").get("0_W"))).hasSize(9).startsWith(0.1);
    assertThat(numbers(overview.get("stdevUpdates").get("0_W"))).hasSize(9).startsWith(0.05);
    JsonNode performance = overview.get("perf");
    assertThat(performance.get(3).get(1).asText()).isEqualTo("10");
    assertThat(performance.get(4).get(1).asText()).isEqualTo("1.00");
    assertThat(performance.get(5).get(1).asText()).isEqualTo("32.00");
    assertThat(overview.get("model").toString()).contains("MultiLayerNetwork", "\"3\"", "\"330\"");

    JsonNode graph = get("/train/model/graph");
    assertThat(graph.get("vertexNames")).hasSize(4);
    for (int layer = 0; layer < 4; layer++) {
      get("/train/model/data/" + layer);
    }
    JsonNode data = get("/train/model/data/2"); // the second layer; 0 is the input
    assertThat(numbers(data.get("meanMag").get("paramMM").get("b"))).hasSize(9).startsWith(4.0);
    assertThat(numbers(data.get("meanMag").get("updateMM").get("W"))).hasSize(9).startsWith(0.003);
    assertThat(numbers(data.get("activations").get("mean"))).hasSize(9).containsOnly(0.25);
    assertThat(numbers(data.get("activations").get("stdev"))).hasSize(9).containsOnly(1.25);
    assertThat(numbers(data.get("learningRates").get("lrs").get("W"))).containsOnly(0.5);
    assertThat(data.get("paramHist").get("W").get("max").asDouble()).isEqualTo(3);
    assertThat(data.get("updateHist").get("b").get("counts")).hasSize(20);

    JsonNode memory = get("/train/system/data").get("memory").get("0");
    assertThat(memory.get("times")).hasSize(9);
    assertThat(memory.get("currentBytes").get(0).asLong()).isPositive();
    assertThat(memory.get("maxBytes").get(1).asLong()).isPositive();
  }

  private static List<Double> numbers(JsonNode array) {
    List<Double> numbers = new ArrayList<>();
    array.forEach(number -> numbers.add(number.asDouble()));
    return numbers;
  }
}
