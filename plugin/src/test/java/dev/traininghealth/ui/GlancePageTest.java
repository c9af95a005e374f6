package dev.traininghealth.ui;

import static dev.traininghealth.publish.DiagnosisFixtures.diagnosis;
import static dev.traininghealth.publish.InterventionFixtures.intervention;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.browser.Browser;
import dev.traininghealth.browser.BrowserExtension;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
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
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/** What a user sees without scrolling, and what one click shows. */
@Tag("browser")
@TestInstance(Lifecycle.PER_CLASS)
final class GlancePageTest {
  @RegisterExtension static final BrowserExtension BROWSER = new BrowserExtension();

  private static final long START = 1_700_000_000_000L;
  private static final int HEIGHT = 800;

  private InMemoryStatsStorage storage = new InMemoryStatsStorage();
  private Browser browser;
  private ServedPage page;

  @BeforeAll
  void startServing() {
    browser = BROWSER.browser();
    page = ServedPage.singleSession();
  }

  @BeforeEach
  void forget() {
    storage = new InMemoryStatsStorage();
  }

  @AfterEach
  void shouldHaveNoErrorAndAskNobodyElse() throws Exception {
    try {
      assertThat(browser.consoleErrors()).as("errors on the console").isEmpty();
      assertThat(browser.requestedHosts()).as("hosts asked").containsOnly("localhost");
    } finally {
      browser.driver().executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
      browser.open("about:blank");
      page.detachAll();
    }
  }

  @AfterAll
  void stopServing() throws Exception {
    page.stop();
  }

  private void open(int width, InMemoryStatsStorage records) {
    browser
        .driver()
        .executeCdpCommand(
            "Emulation.setDeviceMetricsOverride",
            Map.of("width", width, "height", HEIGHT, "deviceScaleFactor", 1, "mobile", false));
    page.attach(records);
    browser.open(page.address("/train/health"));
    browser.until("window.trainingHealth");
  }

  private Object read(String expression) {
    return Objects.requireNonNull(browser.evaluate(expression), expression);
  }

  private String text(String selector) {
    return (String) read("document.querySelector('" + selector + "').textContent");
  }

  private double bottom(String selector) {
    return ((Number)
            read("document.querySelector('" + selector + "').getBoundingClientRect().bottom"))
        .doubleValue();
  }

  private void picture(String name) throws IOException {
    Files.write(
        Path.of("target", name + ".png"), browser.driver().getScreenshotAs(OutputType.BYTES));
  }

  /** Clicks into a chart as a user does, at an iteration and CSS pixels below its top. */
  private void click(String chart, int iteration, String below) {
    double x =
        ((Number)
                read(
                    "trainingHealth.charts.%s.convertToPixel({xAxisIndex: 0}, %d)"
                        .formatted(chart, iteration)))
            .doubleValue();
    double y = ((Number) read(below)).doubleValue();
    WebElement canvas = browser.driver().findElement(By.cssSelector("#" + chart + " canvas"));
    browser.driver().executeScript("arguments[0].scrollIntoView({block: 'start'})", canvas);
    browser.driver().executeScript("window.scrollBy(0, -150)");
    new Actions(browser.driver())
        .moveToElement(
            canvas,
            (int) Math.round(x - canvas.getSize().getWidth() / 2.0),
            (int) Math.round(y - canvas.getSize().getHeight() / 2.0))
        .click()
        .perform();
  }

  private static String gridTop(String chart, int more) {
    return "trainingHealth.charts." + chart + ".getOption().grid[0].top + " + more;
  }

  private void untilDetail(String title) {
    browser.until(
        "!document.getElementById('detail').hidden"
            + " && document.querySelector('#detail h2')?.textContent.includes('"
            + title
            + "')");
  }

  @Test
  void shouldShowStateScoreNetworkAndFactsWithoutScrolling() throws Exception {
    ProtectedTraining.in(storage, true);
    open(1280, storage);
    picture("glance-1280");

    for (String part :
        new String[] {"#verdict", "#score .plot", "#network .network", "#status dl"}) {
      assertThat(bottom(part)).as(part).isLessThanOrEqualTo(HEIGHT);
    }
    assertThat(text("#network [data-layer=\"1\"]")).contains("⚠").contains("second");
    assertThat(read("document.querySelector('#network [data-layer=\"2\"]').dataset.state"))
        .isEqualTo("CLEAN");
    assertThat(text("#network .readout")).isEqualTo("Layers: 3 · ⚠\ufe0e Warning: 1");
  }

  @Test
  void shouldOpenTheDetailByOneClickFromEverywhere() throws Exception {
    ProtectedTraining.in(storage, true);
    open(1280, storage);

    click("score", 140, gridTop("score", -24));
    untilDetail("Step skipped");
    click("score", 140, gridTop("score", -8));
    untilDetail("NaN or Infinity");
    assertThat(text("#detail .detail-text")).contains("Step skipped", "in rows 3, 17 and 31");
    click("heatmap", 200, gridTop("heatmap", 90));
    untilDetail("layer second");
    browser.until("document.querySelector('#detail-norms canvas')");
    assertThat(text("#detail .diagnosis .problem")).isEqualTo("Exploding gradient");
    picture("glance-detail");
    browser.evaluate("document.querySelector('#network [data-layer=\"2\"]').click()");
    untilDetail("layer third");
    assertThat(read("document.querySelector('#network [aria-pressed=true]').dataset.layer"))
        .isEqualTo("2");
    browser.evaluate("document.querySelector('#verdict .open').click()");
    untilDetail("Exploding gradient");
    browser.evaluate(
        "document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', bubbles: true}))");
    browser.until("document.getElementById('detail').hidden");
  }

  @Test
  void shouldShowTheWorstOfTwoHundredLayers() throws Exception {
    String[] names =
        IntStream.range(0, 200)
            .mapToObj(i -> "encoder_block_" + i / 4 + "_attention_output_" + i)
            .toArray(String[]::new);
    SimulatedTraining training = new SimulatedTraining(storage, "session", START, names);
    training.iterate(40);
    training.diagnose(
        diagnosis(0, Problem.DEAD_RELU, Severity.WARNING, 150, names[150], 20, -1, -1, null));
    open(1280, storage);
    picture("glance-200");

    assertThat(
            read(
                """
                (([inner, outer]) => inner.top >= outer.top && inner.bottom <= outer.bottom)(
                  ['#network [data-layer="150"]', '#network .network'].map(
                    each => document.querySelector(each).getBoundingClientRect()))"""))
        .as("the worst layer is in view")
        .isEqualTo(true);
    assertThat(text("#network [data-layer=\"150\"] .shrinking")).isEqualTo(names[150]);
    assertThat(
            read(
                "document.querySelector('#network [data-layer=\"150\"] .tail')"
                    + ".getBoundingClientRect().right <= document.querySelector("
                    + "'#network .network').getBoundingClientRect().right"))
        .as("the end of its name is in view")
        .isEqualTo(true);
  }

  @Test
  void shouldMarkManySkipsOnce() {
    SimulatedTraining training =
        SimulatedTraining.ofMode("protecting", storage, "session", START, "first", "second");
    training.iterate(400);
    for (int i = 0; i < 38; i++) {
      training.intervene(intervention(i, Kind.SKIP, 10L * i, true));
    }
    open(1280, storage);

    assertThat(
            read(
                "trainingHealth.charts.score.getOption().series.filter(s => s.name ==="
                    + " 'interventions').flatMap(s => s.data.map(d => d.done.length)).join(', ')"))
        .isEqualTo("38");
    assertThat(read("document.querySelectorAll('.interventions > *').length")).isEqualTo(1L);
    assertThat(text(".interventions > .same > summary")).contains("Step skipped", "38 times");
  }

  @Test
  void shouldFitAPhone() throws Exception {
    ProtectedTraining.in(storage, true);
    open(420, storage);
    browser.evaluate("document.querySelector('#network [data-layer=\"1\"]').click()");
    untilDetail("layer second");
    picture("glance-420");

    assertThat((Long) read("document.documentElement.scrollWidth")).isLessThanOrEqualTo(420);
  }
}
