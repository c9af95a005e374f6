package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.browser.Browser;
import dev.traininghealth.browser.BrowserExtension;
import dev.traininghealth.compare.SimulatedRecording;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the charts make of the numbers: a spike, noise, epochs, rare measurements. */
@Tag("browser")
@TestInstance(Lifecycle.PER_CLASS)
final class ChartsPageTest {
  @RegisterExtension static final BrowserExtension BROWSER = new BrowserExtension();

  private static final int ITERATIONS = 1500;
  private static final int SPIKE_AT = 700;

  private StatsStorage storage = new InMemoryStatsStorage();
  private Browser browser;
  private ServedPage page;

  @BeforeAll
  void serve() {
    browser = BROWSER.browser();
    page = ServedPage.singleSession();
  }

  @BeforeEach
  void record() {
    storage = new InMemoryStatsStorage();
    SimulatedRecording sick =
        new SimulatedRecording(1)
            .score(i -> i == SPIKE_AT ? 1e6 : 2)
            .costShare(i -> i == SPIKE_AT ? 0.9 : 0.03)
            .rate(i -> i < 1000 ? 0.01 : 0.001);
    SimulatedRecording.put(sick.until(ITERATIONS), storage, "sick");
    SimulatedRecording healthy = new SimulatedRecording(2).startingAt(1_000_000);
    SimulatedRecording.put(healthy.until(ITERATIONS), storage, "healthy");
    page.attach(storage);
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

  private void open(String query) {
    browser.open(page.address("/train/health" + query));
    browser.until("window.trainingHealth");
  }

  private Object evaluate(String expression) {
    return Objects.requireNonNull(browser.evaluate(expression), expression);
  }

  private double number(String expression) {
    return ((Number) evaluate(expression)).doubleValue();
  }

  private static String option(String chart) {
    return "trainingHealth.charts." + chart + ".getOption()";
  }

  private String address() {
    return String.valueOf(evaluate("window.location.search"));
  }

  @Test
  void shouldNotFlattenTheRestByASpikeButMarkItAtTheEdge() {
    open("?session=sick");
    String edge = option("score") + ".series.filter(s => s.type === 'custom' && s.z === 4)";

    assertThat(number(option("score") + ".yAxis[0].max")).isBetween(2.5, 10.0);
    assertThat(evaluate(edge + ".map(s => s.data.map(d => Math.round(d[0]))).join()"))
        .as("where the mark is")
        .asString()
        .matches("70[0-3]");
    browser.evaluate("document.querySelector('#score .outliers').click()");
    assertThat(browser.evaluate(option("score") + ".yAxis[0].max")).isNull();
    assertThat(evaluate(edge + ".length")).isEqualTo(0L);
    assertThat(address()).isEqualTo("?session=sick&all=score");
  }

  @Test
  void shouldNotFlattenTheCostByOneMeasurementOfIt() {
    open("?session=sick");

    assertThat(number("trainingHealth.data.series.COST_SHARE.max.reduce((a, b) => Math.max(a, b))"))
        .isGreaterThan(0.8);
    assertThat(
            number(
                "trainingHealth.charts.cost.getModel().getComponent('yAxis', 0).axis.scale"
                    + ".getExtent()[1]"))
        .as("percent, the usual being 3")
        .isBetween(3.0, 10.0);
    assertThat(
            number(
                "Math.max(...trainingHealth.charts.cost.getZr().storage.getDisplayList(true, true)"
                    + ".map(each => String(each.style.text)).filter(text => text.endsWith('%'))"
                    + ".map(Number.parseFloat))"))
        .as("the measurement is marked at the edge")
        .isGreaterThan(80);
  }

  @Test
  void shouldReachToAllValuesOfAHealthyRun() {
    open("?session=healthy");

    assertThat(browser.evaluate(option("score") + ".yAxis[0].max")).isNull();
    assertThat(evaluate("document.querySelector('#score .outliers').hidden")).isEqualTo(true);
  }

  @Test
  void shouldSmoothTheScoreBeforeItself() {
    open("?session=healthy&smoothing=0.9");
    String lines = option("score") + ".series.filter(s => s.type === 'line' && s.data.length > 9)";

    assertThat(evaluate(lines + ".length")).as("raw and smoothed").isEqualTo(2L);
    assertThat(number(lines + "[0].lineStyle.opacity")).isLessThan(0.5);
    String roughness =
        ".data.map(d => d.value[1]).reduce((sum, y, i, all) => sum + Math.abs(y - all[i && i - 1]),"
            + " 0)";
    assertThat(number(lines + "[1]" + roughness))
        .isLessThan(0.3 * number(lines + "[0]" + roughness));
    assertThat(number(lines + "[1].data[0].value[1]"))
        .as("not biased to 0 at the start")
        .isEqualTo(number(lines + "[0].data[0].value[1]"));
  }

  @Test
  void shouldDrawEpochsAndChangesOfTheLearningRate() {
    open("?session=sick");

    assertThat(evaluate(option("score") + ".series.find(s => s.name === 'guides').data.join()"))
        .as("14 epochs, and one change at 1,000")
        .isEqualTo("100,200,300,400,500,600,700,800,900,1000,1000,1100,1200,1300,1400");
  }

  @Test
  void shouldKeepTheScaleOfEachChartInTheAddress() {
    open("?session=healthy");
    browser.evaluate("document.querySelector('#rates [data-choice=log]').click()");
    browser.evaluate("document.querySelector('#norms [data-choice=linear]').click()");
    assertThat(address()).isEqualTo("?session=healthy&log=rates&linear=norms");

    open(address());
    assertThat(evaluate(option("rates") + ".yAxis[0].type")).isEqualTo("log");
    assertThat(evaluate(option("norms") + ".yAxis[0].type")).isEqualTo("value");
    assertThat(evaluate(option("score") + ".yAxis[0].type")).isEqualTo("value");
  }

  /** A measurement of each 10th iteration; the one at 30 is missing. */
  @Test
  void shouldHaveALinearAndALogarithmicAxisOfTheProfileAndOfTheCost() {
    open("?session=healthy");
    double logarithm = number(option("profile") + ".series[1].data[0][0]");
    browser.evaluate("document.querySelector('#profile [data-choice=linear]').click()");
    assertThat(number(option("profile") + ".series[1].data[0][0]"))
        .as("the number whose logarithm was drawn")
        .isEqualTo(Math.pow(10, logarithm));
    assertThat(number(option("profile") + ".xAxis[0].min")).isZero();
    assertThat(browser.evaluate(option("profile") + ".xAxis[0].interval"))
        .as("one of decades would be thousands of ticks, or none")
        .isNull();
    browser.evaluate("document.querySelector('#cost [data-choice=log]').click()");
    assertThat(evaluate(option("cost") + ".yAxis.map(a => a.type).join()")).isEqualTo("log,log");
    assertThat(address()).isEqualTo("?session=healthy&linear=profile&log=cost");

    browser.evaluate(
        "document.querySelector('#heatmap [data-choice=ACTIVATION_ZERO_FRACTION]').click()");
    browser.until("trainingHealth.data.heatmap.quantity === 'ACTIVATION_ZERO_FRACTION'");
    assertThat(evaluate("document.querySelector('#profile .choices').hidden"))
        .as("a share has one axis")
        .isEqualTo(true);
  }

  @Test
  void shouldPaintAMeasurementOverItsOwnIntervalOnly() {
    open("?session=healthy");

    Object columns =
        browser
            .driver()
            .executeAsyncScript(
                """
                const done = arguments[0];
                const cells = Array.from({ length: 55 }, (_, i) => (i % 10 || i === 30 ? null : {}));
                import('/assets/health/cells.js').then(({ shownColumns }) =>
                  done(Array.from(shownColumns({ cells, hold: 30 }))));
                """);

    List<?> shown = (List<?>) Objects.requireNonNull(columns);
    assertThat(shown.get(9)).isEqualTo(0L);
    assertThat(shown.get(29)).isEqualTo(20L);
    assertThat(shown.get(30)).as("not the measurement of the interval before").isEqualTo(-1L);
    assertThat(shown.get(54)).isEqualTo(50L);
  }

  @Test
  void shouldSaveTheNumbersOfAChart() {
    open("?session=sick&from=690&to=710");

    Object text =
        browser
            .driver()
            .executeAsyncScript(
                """
                const done = arguments[0];
                URL.createObjectURL = (blob) => {
                  blob.text().then((text) => done([blob.type, text]));
                  return '#';
                };
                document.querySelector('#score [data-export=csv]').click();
                """);

    assertThat((List<?>) Objects.requireNonNull(text))
        .satisfies(
            saved -> {
              assertThat(saved.get(0)).isEqualTo("text/csv;charset=utf-8");
              assertThat(String.valueOf(saved.get(1)).lines())
                  .hasSize(22)
                  .startsWith(
                      "series,iteration_first,iteration_last,mean,min,max,nan,positive_infinity,"
                          + "negative_infinity")
                  .anyMatch(line -> line.matches("Score,700,700,(\\d+(\\.\\d+)?),\\1,\\1,0,0,0"));
            });
  }

  @Test
  void shouldSaveAPictureOfAChart() {
    open("?session=healthy");

    Object size =
        browser
            .driver()
            .executeAsyncScript(
                """
                const done = arguments[0];
                URL.createObjectURL = (blob) => {
                  createImageBitmap(blob).then(({ width }) => done([blob.type, width]));
                  return '#';
                };
                document.querySelector('#heatmap [data-export=png]').click();
                """);

    assertThat(size).isEqualTo(List.of("image/png", 2 * (long) number(WIDTH_OF_HEATMAP)));
  }

  private static final String WIDTH_OF_HEATMAP = "trainingHealth.charts.heatmap.getWidth()";

  /** Counts of a streak over several columns keep their sum; a name is never a formula. */
  @Test
  void shouldWriteNonFiniteValuesAndNamesSafely() {
    open("?session=healthy");

    Object csv =
        browser
            .driver()
            .executeAsyncScript(
                """
                const done = arguments[0];
                import('/assets/health/export.js').then(({ csvOf }) => done(csvOf([{
                  name: '=1,"a"',
                  columns: { first: [0, 4, 8], last: [3, 7, 11] },
                  series: { mean: [1, null, 2.5], min: [0, null, 2], max: [2, null, 3],
                    nonFinite: [[2, 8, 7, 0, 0], [9, 9, 0, 1, 0]] },
                }])));
                """);

    assertThat(String.valueOf(csv).lines())
        .endsWith(
            "\"'=1,\"\"a\"\"\",0,3,1,0,2,2,0,0",
            "\"'=1,\"\"a\"\"\",4,7,,,,4,0,0",
            "\"'=1,\"\"a\"\"\",8,11,2.5,2,3,1,1,0");
  }

  @Test
  void shouldLoadItselfAgainIfAModuleCannotBeLoaded() {
    block("*/norms.js");
    try {
      browser.open(page.address("/train/health?session=sick&last=1000"));
      browser.until("document.querySelector('[data-kind=module]')");
    } finally {
      block();
    }

    browser.until("window.trainingHealth && trainingHealth.data.range.from === 500");
    assertThat(evaluate("document.querySelector('[data-kind=module]') === null")).isEqualTo(true);
    browser.consoleErrors(); // of the module
  }

  private void block(String... urls) {
    browser.driver().executeCdpCommand("Network.enable", Map.of());
    browser.driver().executeCdpCommand("Network.setBlockedURLs", Map.of("urls", List.of(urls)));
  }
}
