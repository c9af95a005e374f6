package dev.traininghealth.ui;

import static dev.traininghealth.publish.InterventionFixtures.because;
import static dev.traininghealth.publish.InterventionFixtures.intervention;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.publish.DiagnosisFixtures;
import dev.traininghealth.publish.InterventionFixtures;
import dev.traininghealth.publish.RecordFixtures;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.Series.Scope;
import dev.traininghealth.text.Html;
import dev.traininghealth.ui.server.HealthModule;
import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.core.storage.StatsStorageEvent;
import org.deeplearning4j.core.storage.StatsStorageListener.EventType;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.common.function.Function;

final class HealthRoutesTest {
  private static final String MARKUP = "<img src=x onerror=alert(1)>";
  private static final int MAX_BYTES = 500_000;

  private final InMemoryStatsStorage storage = new InMemoryStatsStorage();
  private @Nullable ServedPage served;

  private ServedPage singleSession() {
    ServedPage page = ServedPage.singleSession();
    served = page;
    page.attach(storage);
    return page;
  }

  private ServedPage multiSession(@Nullable Function<String, StatsStorage> provider) {
    ServedPage page = ServedPage.multiSession(provider);
    served = page;
    return page;
  }

  @AfterEach
  void stop() throws Exception {
    if (served != null) {
      served.stop();
    }
  }

  private static JsonNode json(HttpResponse<String> response) throws Exception {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return new ObjectMapper().readTree(response.body());
  }

  private static void record(StatsStorage storage, String session, int iterations) {
    new SimulatedTraining(storage, session, 1_700_000_000_000L, "first", "second")
        .iterate(iterations);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/train/health/data?from=%zz",
        "/train/health/run?session=%",
        "/train/health/data?%zz"
      })
  void shouldRejectMalformedEscapes(String path) throws Exception {
    record(storage, "s", 3);
    shouldBeMalformed(singleSession(), path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/train/s/health/data?from=%zz",
        "/train/s/health/run?x=%",
        "/train/s/health?%zz",
        "/train/%zz/health",
        "/train/%/health/data"
      })
  void shouldRejectMalformedEscapesOfASession(String path) throws Exception {
    record(storage, "s", 3);
    ServedPage page = multiSession(null);
    page.attach(storage);
    shouldBeMalformed(page, path);
  }

  private static void shouldBeMalformed(ServedPage page, String path) throws Exception {
    String answer = page.raw("GET " + path + " HTTP/1.1", "Host: localhost");
    assertThat(answer).startsWith("HTTP/1.1 400").doesNotContain("Exception", "\tat ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "from=x|400|from must be an iteration, a whole number of 0 or more, was \"x\"",
        "to=-1|400|to must be an iteration, a whole number of 0 or more, was \"-1\"",
        "from=9&to=3|400|from must not be after to, was 9 and 3",
        "from=99999999999999999999|400|from must be an iteration",
        "last=0|400|last must be a number of iterations, was 0",
        "last=5&to=9|400|last cannot be combined with from or to, was 5",
        "quantity=SCORE|400|quantity must be one of [GRADIENT_NORM",
        "session=other|404|Unknown session: other",
        "worker=nobody|404|Session s has no worker nobody, but [worker]",
      })
  void shouldSayWhatIsWrongWithARequest(String query, int status, String message) throws Exception {
    record(storage, "s", 3);
    HttpResponse<String> response = singleSession().get("/train/health/data?" + query);

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body()).startsWith(message);
    assertThat(response.headers().firstValue("content-type")).hasValue("text/plain; charset=utf-8");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "layer=x|400|layer must be the number of a layer, a whole number of 0 or more, was \"x\"",
        "layer=2|404|Session s has no recorded layer 2, but 2",
        "from=0|404|Session s has no recorded layer null, but 2",
      })
  void shouldSayWhichLayerIsMissing(String query, int status, String message) throws Exception {
    record(storage, "s", 3);
    HttpResponse<String> response = singleSession().get("/train/health/layer?" + query);

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body()).startsWith(message);
  }

  @Test
  void shouldAnswerWithAllThatWasRecordedOfALayer() throws Exception {
    record(storage, "s", 3);
    ServedPage page = singleSession();
    JsonNode layer = json(page.get("/train/health/layer?layer=1"));

    assertThat(layer.get("columns").get("first")).hasSize(3);
    assertThat(layer.get("series").get("GRADIENT_NORM").get("mean")).hasSize(3);
    String version = layer.get("version").asText();
    assertThat(json(page.get("/train/health/layer?layer=1&since=" + version)).has("series"))
        .as("nothing new")
        .isFalse();
  }

  @Test
  void shouldHaveStatesForWhatIsNotThereYet() throws Exception {
    ServedPage page = singleSession();
    assertThat(json(page.get("/train/health/data")).get("state").asText()).isEqualTo("empty");

    RunDescription run = RecordFixtures.denseRun(2);
    storage.putStaticInfo(RecordFixtures.runRecord("s", "w", run));
    assertThat(json(page.get("/train/health/data")).get("state").asText()).isEqualTo("waiting");

    Persistable stockOnly = onlyStockRecord();
    storage.putStaticInfo(stockOnly);
    JsonNode bare = json(page.get("/train/health/data?session=stock"));
    assertThat(bare.get("state").asText()).isEqualTo("noRecords");
    assertThat(bare.get("session").asText()).isEqualTo("stock");
  }

  private static Persistable onlyStockRecord() {
    InMemoryStatsStorage other = new InMemoryStatsStorage();
    record(other, "stock", 0);
    return other.getAllStaticInfos("stock", "StatsListener").get(0);
  }

  @Test
  void shouldSendExactlyTheLatestIterations() throws Exception {
    record(storage, "s", 300);
    ServedPage page = singleSession();

    JsonNode range = json(page.get("/train/health/data?last=100")).get("range");
    assertThat(range.get("from").asInt()).isEqualTo(200);
    assertThat(range.get("to").asInt()).isEqualTo(299);
    JsonNode all = json(page.get("/train/health/data?last=1000")).get("range");
    assertThat(all.get("from").asInt()).as("more than there are").isZero();
  }

  @Test
  void shouldSendOnlyWhatThePageDoesNotHave() throws Exception {
    record(storage, "s", 3);
    ServedPage page = singleSession();
    String version = json(page.get("/train/health/data")).get("version").asText();

    assertThat(json(page.get("/train/health/data?since=" + version)).get("unchanged").asBoolean())
        .isTrue();
    assertThat(json(page.get("/train/health/data?since=older")).has("columns")).isTrue();
  }

  @Test
  void shouldCompressForWhoAcceptsIt() throws Exception {
    record(storage, "s", 300);
    ServedPage page = singleSession();
    HttpResponse<byte[]> response =
        page.bytes("/train/health/data", "accept-encoding", "deflate, gzip");

    assertThat(response.headers().firstValue("content-encoding")).hasValue("gzip");
    byte[] plain = new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes();
    assertThat(new String(plain, StandardCharsets.UTF_8)).startsWith("{\"state\":\"data\"");
    assertThat(page.get("/train/health/data").headers().firstValue("content-encoding")).isEmpty();
  }

  @Test
  void shouldTellStockPagesWhenTheRunBegan() throws Exception {
    ServedPage page = singleSession();
    assertThat(json(page.get("/train/health/run"))).isEmpty();
    assertThat(json(page.get("/train/health/run?session=unknown"))).isEmpty();

    record(storage, "s", 51);

    JsonNode run = json(page.get("/train/health/run?session=s"));
    assertThat(run.get("start").asLong()).isEqualTo(1_700_000_000_000L);
    assertThat(run.get("last").asLong() - run.get("start").asLong()).isEqualTo(50 * 20);
  }

  @Test
  void shouldWaitForAnUnknownSessionOnAPageThatNamesIt() throws Exception {
    ServedPage page = multiSession(null);
    String path = "/train/" + ServedPage.encode(MARKUP) + "/health";
    HttpResponse<String> response = page.get(path);

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
    assertThat(response.headers().firstValue("x-content-type-options")).hasValue("nosniff");
    assertThat(response.body())
        .contains("<nav", "<h3>Waiting for this session</h3>", "/assets/health/")
        .contains("Session " + Html.escape(MARKUP))
        .doesNotContain(MARKUP);
    HttpResponse<String> data = page.get(path + "/data");
    assertThat(data.statusCode()).isEqualTo(404);
    assertThat(data.headers().firstValue("content-type")).hasValue("text/plain; charset=utf-8");
    assertThat(data.body()).isEqualTo("Unknown session: " + MARKUP);

    record(storage, "s", 3);
    page.attach(storage);
    assertThat(page.get("/train/s/health").body())
        .as("of a known session")
        .doesNotContain("<h3>Waiting for this session</h3>");
  }

  @Test
  void shouldLoadAnUnknownSessionThroughTheProvider() throws Exception {
    record(storage, "stored", 5);
    ServedPage page = multiSession(session -> session.equals("stored") ? storage : null);

    assertThat(page.get("/train/stored/health").statusCode()).isEqualTo(200);
    assertThat(json(page.get("/train/stored/health/data")).at("/latest/iteration").asInt())
        .isEqualTo(4);
    assertThat(page.get("/train/other/health").statusCode()).isEqualTo(404);
  }

  @Test
  void shouldAskAProviderThatNeverDeliversOnce() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    ServedPage page =
        multiSession(
            session -> {
              asked.incrementAndGet();
              return storage;
            });

    assertThat(page.get("/train/missing/health").statusCode()).isEqualTo(404);
    assertThat(asked).hasValue(1);
  }

  @Test
  void shouldAnswerWithTheReasonWhereAStorageFails() throws Exception {
    ServedPage page =
        multiSession(
            session -> {
              throw new IllegalStateException("disk is gone");
            });
    HttpResponse<String> response = page.get("/train/s/health/data");

    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body()).contains("disk is gone");
  }

  @Test
  void shouldLetNoExceptionReachTheEventThread() {
    HealthModule module = new HealthModule();
    StatsStorageEvent broken =
        new StatsStorageEvent(storage, EventType.PostUpdate, "s", "TrainingHealth", null, 1);

    module.reportStorageEvents(List.of(broken));
    module.reportStorageEvents(brokenEvents());
    module.onDetach(storage);
  }

  private static Collection<StatsStorageEvent> brokenEvents() {
    return new java.util.AbstractList<>() {
      @Override
      public StatsStorageEvent get(int index) {
        throw new IllegalStateException("planted");
      }

      @Override
      public int size() {
        return 1;
      }
    };
  }

  /** The worst there is: every value another one, some of every kind not finite, many layers. */
  @ParameterizedTest
  @CsvSource({"3, 2048", "50, 2048", "120, 600", "500, 100"})
  void shouldStayWithinItsBytes(int layers, int iterations) throws Exception {
    RunDescription run = RecordFixtures.denseRun(layers);
    RecordFixtures.Rows rows = RecordFixtures.rows(run);
    Random random = new Random(layers);
    for (int i = 0; i < iterations; i++) {
      rows.row(1_000_000_000L + i);
      for (int s = 0; s < run.series().size(); s++) {
        int kind = random.nextInt(30);
        rows.set(
            s,
            kind == 0
                ? Double.NaN
                : kind == 1 ? Double.POSITIVE_INFINITY : Math.pow(10, 12 * random.nextGaussian()));
      }
    }
    storage.putStaticInfo(RecordFixtures.runRecord("s", "w", run));
    storage.putUpdate(RecordFixtures.segmentRecord("s", "w", 1, rows.segment()));
    for (int i = 0; i < 1_000; i++) {
      Diagnosis endless =
          DiagnosisFixtures.diagnosis(
              i,
              Problem.UNNORMALIZED_FEATURES,
              Severity.WARNING,
              0,
              "n".repeat(i),
              i,
              -1,
              -1,
              null);
      storage.putUpdate(
          DiagnosisFixtures.record("s", "w", 2 + i, DiagnosisFixtures.recorded(endless, run)));
      Intervention skip = intervention(i, Intervention.Kind.SKIP, 1_000_000_000L + i, true);
      storage.putUpdate(
          InterventionFixtures.record(
              "s",
              "w",
              2_000 + i,
              InterventionFixtures.recorded(because(skip, "r".repeat(i)), run, i + 1)));
    }
    ServedPage page = singleSession();

    for (Quantity quantity : PageRequest.HEATMAP) {
      String body = page.get("/train/health/data?quantity=" + quantity).body();
      assertThat(body.getBytes(StandardCharsets.UTF_8).length)
          .as(quantity.toString())
          .isLessThan(MAX_BYTES);
      assertThat(new ObjectMapper().readTree(body).at("/heatmap/rows")).hasSize(layers);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"GRADIENT_NORM", "UPDATE_RATIO"})
  void shouldSendTheHeatmapInThousandthsOfADecade(Quantity quantity) throws Exception {
    RunDescription run = RecordFixtures.denseRun(1);
    RecordFixtures.Rows rows =
        RecordFixtures.rows(run)
            .row(0)
            .set(quantity, Scope.LAYER, 0, 0.00123)
            .row(1)
            .set(quantity, Scope.LAYER, 0, 0)
            .row(2)
            .row(3)
            .set(quantity, Scope.LAYER, 0, Double.NEGATIVE_INFINITY);
    storage.putStaticInfo(RecordFixtures.runRecord("s", "w", run));
    storage.putUpdate(RecordFixtures.segmentRecord("s", "w", 1, rows.segment()));

    JsonNode row =
        json(singleSession().get("/train/health/data?quantity=" + quantity)).at("/heatmap/rows/0");

    assertThat(row.get("mean").toString()).isEqualTo("[-2910,-999999,null,null]");
    assertThat(row.get("nonFinite").toString()).isEqualTo("[[3,3,0,0,1]]");
  }
}
