package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.traininghealth.browser.Browser;
import dev.traininghealth.browser.BrowserExtension;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user finds in a real browser while a network trains. */
@Tag("browser")
@TestInstance(Lifecycle.PER_CLASS)
abstract class HealthPageContract {
  @RegisterExtension static final BrowserExtension BROWSER = new BrowserExtension();

  private static final String SESSION = "session";
  private static final String MARKUP = "<img src=x onerror=window.xss=1>";
  private static final long START = 1_700_000_000_000L;

  private Browser browser;
  private ServedPage page;
  private StatsStorage storage;
  private ObservedTraining training;

  abstract ServedPage serve();

  /** The training that is watched. */
  ObservedTraining train(StatsStorage storage, String session, String... layers) {
    return new SimulatedTraining(storage, session, START, layers);
  }

  @BeforeAll
  void startServing() {
    browser = BROWSER.browser();
    page = serve();
  }

  @BeforeEach
  void train() {
    storage = new InMemoryStatsStorage();
    training = train(storage, SESSION, "first", "second", "third");
    page.attach(storage);
    training.iterate(40);
  }

  @AfterEach
  final void shouldHaveNoErrorAndAskNobodyElse() throws Exception {
    try {
      assertThat(browser.consoleErrors()).as("errors on the console").isEmpty();
      assertThat(browser.requestedHosts()).as("hosts asked").containsOnly("localhost");
    } finally {
      browser.open("about:blank"); // Before its session goes, or its next request would fail.
      page.detachAll();
    }
  }

  @AfterAll
  void stopServing() throws Exception {
    page.stop();
  }

  private void open(String of) {
    browser.open(page.address(page.path(SESSION, of)));
  }

  private void openHealth() {
    open("health");
    browser.until("window.trainingHealth");
  }

  /** Waits until the page has drawn as many iterations as were trained. */
  private void untilDrawn() {
    browser.until("trainingHealth.data.latest.iteration === " + (training.scores().size() - 1));
  }

  private Object read(String expression) {
    return Objects.requireNonNull(browser.evaluate(expression), expression);
  }

  private double number(String expression) {
    return ((Number) read(expression)).doubleValue();
  }

  @Test
  void shouldSaveThePageAsAFile(@TempDir Path folder) throws Exception {
    openHealth();
    String address =
        String.valueOf(
            read(
                """
                (link => {
                  link.addEventListener('click', (event) => event.preventDefault());
                  link.click();
                  return link.getAttribute('href');
                })(document.getElementById('saveReport'))"""));

    HttpResponse<String> saved = page.get(address);

    assertThat(saved.headers().firstValue("content-disposition"))
        .hasValue("attachment; filename=\"training-health-session.html\"");
    Path file = Files.writeString(folder.resolve("saved.html"), saved.body());
    browser.open(file.toUri().toString());
    browser.until("window.trainingHealth");
    assertThat(number("trainingHealth.data.latest.iteration")).isEqualTo(39);
    assertThat(page.get(page.path("unknown", "health/report.html?session=unknown")).statusCode())
        .isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"overview", "model", "system"})
  void shouldOfferTheHealthTabOnStockPages(String stockPage) {
    open(stockPage);
    browser.until("document.querySelector('a.nav-link[href=health]')");

    assertThat(read("document.querySelector('a.nav-link[href=health]').textContent.trim()"))
        .isEqualTo("Health");
    assertThat(read("document.querySelector('a.nav-link[href=system]').textContent.trim()"))
        .isEqualTo("System");
    browser.evaluate("document.querySelector('a.nav-link[href=health]').click()");
    browser.until("window.trainingHealth && document.querySelectorAll('canvas').length >= 7");
    assertThat(read("document.querySelector('.nav-link.active').textContent.trim()"))
        .isEqualTo("Health");
  }

  @Test
  void shouldDrawTheTrueLastValuesAndFollowTheTraining() {
    openHealth();
    untilDrawn();
    shouldShowTheLastValues();

    training.iterate(25);
    untilDrawn();
    shouldShowTheLastValues();
  }

  private void shouldShowTheLastValues() {
    int last = training.scores().size() - 1;
    double score = training.scores().get(last);
    assertThat(number("trainingHealth.charts.score.getOption().series[0].data.at(-1).value[0]"))
        .isEqualTo(last);
    assertThat(number("trainingHealth.charts.score.getOption().series[0].data.at(-1).value[1]"))
        .isCloseTo(score, within(1e-4 * score));
    for (int layer = 0; layer < 3; layer++) {
      double decades =
          number("trainingHealth.charts.profile.getOption().series[1].data[" + layer + "][0]");
      assertThat(decades).isCloseTo(Math.log10(training.gradientNorm(layer)), within(1e-3));
    }
    assertThat(read("document.querySelector('[data-field=iteration]').textContent"))
        .isEqualTo(String.valueOf(last));
    assertThat(read("document.querySelector('[data-field=cost]').textContent"))
        .isEqualTo("3 % (start 0.4 s) – above the budget");
  }

  @Test
  void shouldShowNanAsNanAndNoZeroForItOnTheOverview() {
    training.diverge();
    training.iterate(3);
    openHealth();
    untilDrawn();

    assertThat(read("document.getElementById('scoreMarks').textContent"))
        .isEqualTo("Not finite: NaN: iteration 40");
    assertThat(read("trainingHealth.charts.score.getOption().series[0].data[40].value[0]"))
        .isEqualTo(40L);
    assertThat(
            browser.evaluate("trainingHealth.charts.score.getOption().series[0].data[40].value[1]"))
        .as("a gap at iteration 40")
        .isNull();

    open("overview");
    browser.until("$('#scoreiterchart').data('plot')");
    List<?> points = (List<?>) read("$('#scoreiterchart').data('plot').getData()[0].data");
    assertThat(points).as("scores on the Overview").hasSize(43);
    assertThat(points)
        .allSatisfy(
            point -> assertThat(((Number) ((List<?>) point).get(1)).doubleValue()).isPositive());
  }

  @Test
  void shouldSayThatTheNewestScoreIsNan() {
    training.diverge();
    openHealth();
    untilDrawn();

    assertThat(read("document.querySelector('[data-field=score]').textContent")).isEqualTo("NaN");
  }

  @Test
  void shouldFillTheEmptyRowsOfTheOverview() {
    open("overview");
    browser.until("/^2023-11-1/.test(document.getElementById('startTime').textContent)");
    browser.until("document.getElementById('totalRuntime').textContent === '00:00:01'");
  }

  @Test
  void shouldLookCloserAtIterationsDraggedAcross() {
    openHealth();
    untilDrawn();
    pointAt("score", 10, 150);
    mouse("score", "mousedown", 10, 150);
    pointAt("score", 20, 150);
    mouse("score", "mouseup", 20, 150);
    browser.until("trainingHealth.data.range.from === 10 && trainingHealth.data.range.to === 20");

    assertThat(read("trainingHealth.data.columns.first.length")).isEqualTo(11L);
    training.iterate(1);
    untilDrawn();
    assertThat(read("trainingHealth.data.range.to")).as("the zoom stays").isEqualTo(20L);
  }

  /** Moves the pointer to an iteration of a chart, pixels below its top. */
  private void pointAt(String chart, int iteration, int below) {
    mouse(chart, "mousemove", iteration, below);
  }

  private void mouse(String chart, String event, int iteration, int below) {
    browser.evaluate(
        """
        (canvas => canvas.dispatchEvent(new MouseEvent('%2$s', {
          bubbles: true,
          clientX: canvas.getBoundingClientRect().left
              + trainingHealth.charts.%1$s.convertToPixel({xAxisIndex: 0}, %3$d),
          clientY: canvas.getBoundingClientRect().top + %4$d,
        })))(document.querySelector('#%1$s canvas'))"""
            .formatted(chart, event, iteration, below));
  }

  @Test
  void shouldSwitchTheHeatmap() {
    openHealth();
    browser.evaluate("document.querySelector('[data-choice=WEIGHT_NORM]').click()");

    browser.until("trainingHealth.data.heatmap.quantity === 'WEIGHT_NORM'");
  }

  @Test
  void shouldShowNamesAsTextAndNeverAsMarkup() {
    ObservedTraining named = train(storage, MARKUP, MARKUP, "second");
    named.iterate(20);
    choose(MARKUP);

    browser.until("window.trainingHealth && trainingHealth.data.session === '" + MARKUP + "'");
    assertThat(read("document.querySelector('[data-field=session]').textContent"))
        .isEqualTo(MARKUP);
    assertThat(read("trainingHealth.data.run.layers[0].name")).isEqualTo(MARKUP);
    browser.evaluate("document.querySelector('#singular canvas').scrollIntoView()");
    assertThat(read("document.getElementById('singular').textContent")).asString().contains(MARKUP);
    pointAt("heatmap", 15, 60);
    browser.until(
        "document.querySelector('#heatmap .readout b').textContent.trim() === '" + MARKUP + "'");
    assertThat(browser.evaluate("document.querySelector('img')")).isNull();
    assertThat(browser.evaluate("window.xss")).isNull();
  }

  /** Goes to the page of a session the way that a user of this mode does. */
  abstract void choose(String session);

  final Browser browser() {
    return browser;
  }

  final ServedPage page() {
    return page;
  }

  @ParameterizedTest
  @CsvSource({"de,Gesundheit", "ja,ヘルス", "ko,상태 진단", "ru,Здоровье", "zh,健康", "en,Health"})
  void shouldSpeakTheLanguagesOfTheStockPages(String language, String tab) {
    openHealth();
    browser.evaluate("document.querySelector('[data-language=" + language + "]').click()");
    browser.until("document.documentElement.lang === '" + language + "' && window.trainingHealth");

    assertThat(read("location.pathname")).asString().endsWith("/health");
    assertThat(read("document.querySelector('a.nav-link[href=health]').textContent.trim()"))
        .isEqualTo(tab);
    open("overview");
    assertThat(read("document.querySelector('a.nav-link[href=health]').textContent.trim()"))
        .isEqualTo(tab);
  }
}
