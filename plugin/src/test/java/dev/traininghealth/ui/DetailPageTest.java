package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.browser.Browser;
import dev.traininghealth.browser.BrowserExtension;
import dev.traininghealth.compare.SimulatedRecording;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.ParameterRole;
import dev.traininghealth.publish.RecordFixtures;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.RunRecord;
import dev.traininghealth.record.RunRecord.Bins;
import dev.traininghealth.record.RunRecord.ClassScores;
import dev.traininghealth.record.RunRecord.Coverage;
import dev.traininghealth.record.RunRecord.Histograms;
import dev.traininghealth.record.RunRecord.Snapshot;
import dev.traininghealth.record.Series.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.OutputType;

/** The detail of a layer: what was recorded of it and of its parameters. */
@Tag("browser")
@TestInstance(Lifecycle.PER_CLASS)
final class DetailPageTest {
  @RegisterExtension static final BrowserExtension BROWSER = new BrowserExtension();

  private static final int ITERATIONS = 400;
  private static final long START = 1_700_000_000_000L;
  private static final int SNAPSHOTS = 10;
  private static final List<String> PARAMETERS = List.of("W", "RW", "b");

  private Browser browser;
  private ServedPage page;

  @BeforeAll
  void serve() {
    browser = BROWSER.browser();
    page = ServedPage.singleSession();
  }

  @AfterEach
  void shouldHaveNoErrorOnTheConsole() {
    assertThat(browser.consoleErrors()).isEmpty();
    browser.open("about:blank");
    page.detachAll();
  }

  @AfterAll
  void stop() throws Exception {
    page.stop();
  }

  /** A recurrent layer of three parameters, and one of a single parameter. */
  private static NetworkLayout layout() {
    return new NetworkLayout(
        "MultiLayerNetwork",
        List.of(
            new NetworkLayout.Layer("lstm", "LSTM", "tanh", false, 0, 3),
            new NetworkLayout.Layer("embedding", "EmbeddingLayer", "", false, 3, 1)),
        List.of(
            new NetworkLayout.Parameter("0_W", "W", 0, ParameterRole.WEIGHT, 64, false),
            new NetworkLayout.Parameter("0_RW", "RW", 0, ParameterRole.RECURRENT_WEIGHT, 32, false),
            new NetworkLayout.Parameter("0_b", "b", 0, ParameterRole.BIAS, 8, false),
            new NetworkLayout.Parameter("1_W", "W", 1, ParameterRole.WEIGHT, 8, false)));
  }

  /** The norm of a parameter's gradient: the parameters are a factor of 100 apart. */
  private static double gradient(int parameter, int iteration) {
    return Math.pow(10, -2 * parameter) / (1 + 0.01 * iteration);
  }

  private StatsStorage record() {
    StatsStorage storage = new InMemoryStatsStorage();
    RunDescription run =
        RecordFixtures.run(layout(), START, Map.of("costBudget", "0.021875", "mode", "observing"));
    RecordFixtures.Rows rows = RecordFixtures.rows(run);
    for (int i = 0; i < ITERATIONS; i++) {
      rows.row(i)
          .set(Quantity.SCORE, Scope.RUN, 0, 1 + 1.0 / (1 + i))
          .set(Quantity.COST_SHARE, Scope.RUN, 0, 0.01);
      for (int layer = 0; layer < 2; layer++) {
        rows.set(Quantity.GRADIENT_NORM, Scope.LAYER, layer, gradient(0, i))
            .set(Quantity.WEIGHT_NORM, Scope.LAYER, layer, 10)
            .set(Quantity.UPDATE_NORM, Scope.LAYER, layer, 1e-3)
            .set(Quantity.UPDATE_RATIO, Scope.LAYER, layer, 1e-4);
      }
      for (int p = 0; i % 8 == 0 && p < PARAMETERS.size(); p++) {
        rows.set(Quantity.GRADIENT_NORM, Scope.PARAMETER, p, gradient(p, i))
            .set(Quantity.WEIGHT_NORM, Scope.PARAMETER, p, 10.0 / (1 + p))
            .set(Quantity.UPDATE_NORM, Scope.PARAMETER, p, 1e-3 * gradient(p, i));
      }
    }
    storage.putStaticInfo(RecordFixtures.runRecord("run", "w", run));
    storage.putUpdate(
        new RunRecord(
            "run", "w", START, run, Coverage.NONE, ClassScores.NONE, new Histograms(snapshots())));
    storage.putUpdate(RecordFixtures.segmentRecord("run", "w", START + 1, rows.segment()));
    return storage;
  }

  /** Weights that grow wider, and updates that grow narrower; those of the bias are one value. */
  private static List<Snapshot> snapshots() {
    List<Snapshot> snapshots = new ArrayList<>();
    for (int i = 0; i < SNAPSHOTS; i++) {
      double wide = 0.2 + 0.1 * i;
      Bins weights = new Bins(-wide, wide, "0148ckrwzzyxtohb7421");
      Bins updates = new Bins(-0.01 / (1 + i), 0.01 / (1 + i), "01249jz9421000000000");
      Bins bias = new Bins(0, 0, "z0000000000000000000");
      snapshots.add(
          new Snapshot(
              40L * i,
              List.of(weights, weights, bias, weights),
              List.of(updates, updates, updates, Bins.NONE)));
    }
    return snapshots;
  }

  private void open(StatsStorage storage) {
    page.attach(storage);
    browser.open(page.address("/train/health"));
    browser.until("window.trainingHealth && trainingHealth.data");
  }

  private void select(int layer) {
    browser.evaluate("document.querySelector('#network [data-layer=\"" + layer + "\"]').click()");
    browser.until("document.querySelector('#detail-norms canvas')");
  }

  private void picture(String name) throws IOException {
    Files.write(
        Path.of("target", name + ".png"), browser.driver().getScreenshotAs(OutputType.BYTES));
  }

  private Object read(String expression) {
    return Objects.requireNonNull(browser.evaluate(expression), expression);
  }

  /** The names of a chart's lines, and the last value of each. */
  private Object lines(String chart, String value) {
    return read(
        "echarts.getInstanceByDom(document.querySelector('#detail-"
            + chart
            + " .canvas')).getOption().series.filter(s => s.type === 'line' && s.name !== 'guides')"
            + ".map(s => "
            + value
            + ")");
  }

  @Test
  void shouldShowTheNormsOfEachParameterOfALayer() throws IOException {
    open(record());
    select(0);
    browser.until("document.querySelector('#detail-parameters canvas')");

    assertThat(lines("norms", "s.name")).isEqualTo(List.of("Gradient", "Weight", "Update"));
    assertThat(lines("parameters", "s.name")).isEqualTo(PARAMETERS);
    assertThat(lines("parameters", "Math.round(Math.log10(s.data.at(0).value[1]))"))
        .isEqualTo(List.of(0L, -2L, -4L));

    browser.evaluate(
        "document.querySelector('#detail-parameters [data-choice=WEIGHT_NORM]').click()");
    assertThat(lines("parameters", "s.data.at(-1).value[1].toFixed(1)"))
        .isEqualTo(List.of("10.0", "5.0", "3.3"));
    assertThat(
            String.valueOf(
                read("document.querySelector('#detail-parameters .readout').textContent")))
        .startsWith("W: 10 ");
    picture("detail-parameters");

    // Of a single parameter they are those of the layer.
    select(1);
    browser.until("document.querySelector('#detail h2').textContent.includes('embedding')");
    browser.until("document.getElementById('detail-parameters').hidden");
  }

  /** The panel of the network has the height of the score, and was nearly empty. */
  @Test
  void shouldShowTheLatestNumbersOfFewLayers() throws IOException {
    open(record());
    assertThat(text("#network [data-layer=\"0\"] .numbers"))
        .isEqualTo("tanh · Gradient 0.2004 · Update : parameter 1e-4");
    assertThat(text("#network [data-layer=\"1\"] .numbers"))
        .isEqualTo("Gradient 0.2004 · Update : parameter 1e-4");
    browser.evaluate("document.querySelector('#heatmap [data-choice=WEIGHT_NORM]').click()");
    browser.until(
        "document.querySelector('#network .numbers').textContent === 'tanh · Weight 10 · Update : parameter 1e-4'");
    picture("network-few");
  }

  /** A last number of before would look as if the layer still learned. */
  @Test
  void shouldSayThatTheLatestNumbersAreNotFinite() {
    StatsStorage storage = new InMemoryStatsStorage();
    RunDescription run = RecordFixtures.run(layout(), START, Map.of("mode", "observing"));
    RecordFixtures.Rows rows = RecordFixtures.rows(run);
    for (int i = 0; i < 20; i++) {
      rows.row(i)
          .set(Quantity.SCORE, Scope.RUN, 0, 1)
          .set(Quantity.GRADIENT_NORM, Scope.LAYER, 0, i < 10 ? 0.5 : Double.NaN)
          .set(Quantity.UPDATE_RATIO, Scope.LAYER, 0, i < 10 ? 1e-3 : Double.POSITIVE_INFINITY);
    }
    storage.putStaticInfo(RecordFixtures.runRecord("run", "w", run));
    storage.putUpdate(RecordFixtures.segmentRecord("run", "w", START + 1, rows.segment()));
    open(storage);
    assertThat(text("#network [data-layer=\"0\"] .numbers"))
        .isEqualTo("tanh · Gradient NaN · Update : parameter +Infinity");
    assertThat(read("document.querySelector('#network [data-layer=\"1\"] .numbers').textContent"))
        .isEqualTo("");
  }

  @Test
  void shouldShowNoNumbersOfLayersWithoutRoomForThem() {
    StatsStorage storage = new InMemoryStatsStorage();
    SimulatedRecording.put(new SimulatedRecording(1).layers(4).until(100), storage, "run");
    open(storage);
    assertThat(read("document.querySelectorAll('#network .numbers:not(:empty)').length"))
        .isEqualTo(0L);
  }

  @Test
  void shouldShowTheHistogramsOverTheRun() throws IOException {
    open(record());
    select(0);
    browser.until("document.querySelector('#detail-histograms canvas')");
    String chart =
        "echarts.getInstanceByDom(document.querySelector('#detail-histograms .canvas')).getOption()";

    assertThat(read(chart + ".yAxis[0].data.join()"))
        .isEqualTo("0,40,80,120,160,200,240,280,320,360");
    assertThat(read(chart + ".xAxis[0].max.toFixed(2)")).isEqualTo("1.10");
    assertThat(text("#detail-histograms .readout")).isEqualTo("W: -1.1 … 1.1 · iteration 360");
    browser.evaluate("document.getElementById('detail-histograms').scrollIntoView(false)");
    picture("detail-histograms");

    browser.evaluate("document.querySelector('#detail-histograms [data-choice=updates]').click()");
    assertThat(read(chart + ".xAxis[0].max.toFixed(2)")).isEqualTo("0.01");
    browser.evaluate(
        "document.querySelector('#detail-histograms [data-parameter=b]').click(),"
            + " document.querySelector('#detail-histograms [data-choice=weights]').click()");
    assertThat(text("#detail-histograms .readout")).isEqualTo("b: 0 … 0 · iteration 360");
    assertThat(read("document.querySelectorAll('#detail-histograms [aria-pressed=true]').length"))
        .isEqualTo(2L);
    picture("detail-histograms-bias");

    // Of a frozen layer there are none of updates.
    select(1);
    browser.until("document.querySelector('#detail h2').textContent.includes('embedding')");
    browser.until(
        "document.querySelector('#detail-histograms .readout').textContent.startsWith('W')");
    browser.evaluate("document.querySelector('#detail-histograms [data-choice=updates]').click()");
    assertThat(text("#detail-histograms .overlay-note")).isNotEmpty();
  }

  @Test
  void shouldShowNoHistogramsOfRecordsOfEarlierVersions() {
    StatsStorage storage = new InMemoryStatsStorage();
    SimulatedRecording.put(new SimulatedRecording(1).until(100), storage, "run");
    open(storage);
    select(0);
    assertThat(browser.evaluate("document.getElementById('detail-histograms')")).isNull();
  }

  /** ECharts has a tick for each of nine decades in the height of five, and two for twelve. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"3;0.001,0.01,0.1,1", "8;1e-8,1e-6,1e-4,0.01,1", "12;1e-12,1e-9,1e-6,0.001,1"})
  void shouldHaveRoomForTheTicksOfManyDecades(int decades, String ticks) throws IOException {
    StatsStorage storage = new InMemoryStatsStorage();
    RunDescription run = RecordFixtures.run(layout(), START, Map.of("mode", "observing"));
    RecordFixtures.Rows rows = RecordFixtures.rows(run);
    for (int i = 0; i < 100; i++) {
      rows.row(i)
          .set(Quantity.SCORE, Scope.RUN, 0, 1)
          .set(Quantity.GRADIENT_NORM, Scope.LAYER, 0, Math.pow(10, -decades * i / 99.0));
    }
    storage.putStaticInfo(RecordFixtures.runRecord("run", "w", run));
    storage.putUpdate(RecordFixtures.segmentRecord("run", "w", START + 1, rows.segment()));
    open(storage);
    select(0);
    assertThat(
            read(
                "echarts.getInstanceByDom(document.querySelector('#detail-norms .canvas'))"
                    + ".getModel().getComponent('yAxis').axis.getViewLabels()"
                    + ".map(each => each.formattedLabel).join()"))
        .isEqualTo(ticks);
    picture("detail-decades-" + decades);
  }

  /** ECharts would round the place of a line to two decimals. */
  @ParameterizedTest
  @CsvSource({"ratios, 0.001", "detail-ratio, 0.001", "cost, 2.1875"})
  void shouldDrawAThresholdWhereItIs(String chart, String level) {
    open(record());
    select(0);
    String instance = "echarts.getInstanceByDom(document.querySelector('#" + chart + " .canvas'))";
    assertThat(read(LevelLines.of(instance))).isEqualTo(level + " drawn");
  }

  private String text(String selector) {
    return String.valueOf(read("document.querySelector('" + selector + "').textContent"));
  }
}
