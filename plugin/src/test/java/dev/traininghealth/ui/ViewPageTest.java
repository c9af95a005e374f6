package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.browser.Browser;
import dev.traininghealth.browser.BrowserExtension;
import dev.traininghealth.compare.SimulatedRecording;
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
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.interactions.WheelInput.ScrollOrigin;

/** Zooming, moving and following: what a user does to the charts of a recorded run. */
@Tag("browser")
@TestInstance(Lifecycle.PER_CLASS)
final class ViewPageTest {
  @RegisterExtension static final BrowserExtension BROWSER = new BrowserExtension();

  private static final int ITERATIONS = 2000;
  private static final int WHEEL_NOTCH = 120;
  private static final long START = 1_700_000_000_000L;

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
    SimulatedRecording.put(new SimulatedRecording(1).until(ITERATIONS), storage, "run");
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

  private long number(String expression) {
    return ((Number) Objects.requireNonNull(browser.evaluate(expression), expression)).longValue();
  }

  private long shown() {
    return number("trainingHealth.data.range.to - trainingHealth.data.range.from + 1");
  }

  private void untilShown(int from, int to) {
    browser.until(
        "trainingHealth.data.range.from === %d && trainingHealth.data.range.to === %d"
            .formatted(from, to));
  }

  private WebElement chart(String id) {
    WebElement chart = browser.driver().findElement(By.cssSelector("#" + id + " .plot"));
    browser
        .driver()
        .executeAsyncScript(
            "arguments[0].scrollIntoView({block: 'center'});"
                + "requestAnimationFrame(() => requestAnimationFrame(arguments[1]));",
            chart);
    return chart;
  }

  private void press(String key) {
    browser.evaluate("document.querySelector('[data-range=" + key + "]').click()");
  }

  private String text(String selector) {
    return String.valueOf(evaluate("document.querySelector('" + selector + "').textContent"));
  }

  private Object evaluate(String expression) {
    return Objects.requireNonNull(browser.evaluate(expression), expression);
  }

  @Test
  void shouldZoomAllChartsByTheWheelAndRequestFinerData() {
    open("");
    assertThat(text("#resolution")).isEqualTo("1 point = 4 iterations");
    WebElement chart = chart("score");
    new Actions(browser.driver())
        .moveToElement(chart)
        .moveByOffset(5, 5)
        .scrollFromOrigin(ScrollOrigin.fromElement(chart), 0, -3 * WHEEL_NOTCH)
        .perform();

    browser.until("trainingHealth.data.range.to - trainingHealth.data.range.from < 1900");
    Object score = zoomOf("score");
    assertThat(zoomOf("norms")).isEqualTo(score);
    assertThat(zoomOf("heatmap")).isEqualTo(score);
  }

  private Object zoomOf(String chart) {
    return evaluate(
        "(({ startValue, endValue }) => [startValue, endValue].map(Math.round).join())"
            + "(trainingHealth.charts."
            + chart
            + ".getOption().dataZoom[0])");
  }

  /** A page of charts could not be scrolled if each of them took the wheel. */
  @Test
  void shouldScrollThePageWhereThereIsNothingToZoomOutOf() {
    open("");
    WebElement chart = chart("score");
    long before = number("Math.round(window.scrollY)");
    new Actions(browser.driver())
        .moveToElement(chart)
        .moveByOffset(5, 5)
        .scrollFromOrigin(ScrollOrigin.fromElement(chart), 0, 2 * WHEEL_NOTCH)
        .perform();

    browser.until("window.scrollY > " + before);
    assertThat(shown()).isEqualTo(ITERATIONS);
  }

  @Test
  void shouldZoomAndMoveByKeysAndKeepTheFocus() {
    open("");
    WebElement chart = chart("score");
    browser.driver().executeScript("arguments[0].focus();", chart);
    chart.sendKeys("+");
    untilShown(500, 1499);

    chart.sendKeys(Keys.ARROW_RIGHT);
    untilShown(750, 1749);
    assertThat(evaluate("document.activeElement === document.querySelector('#score .plot')"))
        .isEqualTo(true);
    chart.sendKeys("0");
    untilShown(0, ITERATIONS - 1);
  }

  @Test
  void shouldMoveAChartByDraggingWithTheShiftKey() {
    open("");
    chart("score").sendKeys("+");
    untilShown(500, 1499);
    new Actions(browser.driver())
        .keyDown(Keys.SHIFT)
        .dragAndDropBy(chart("score"), 150, 0)
        .keyUp(Keys.SHIFT)
        .perform();

    browser.until("trainingHealth.data.range.from < 500");
    assertThat(shown()).isBetween(999L, 1001L);
  }

  @Test
  void shouldShowExactlyTheLastHundredAndFollowOrFreeze() {
    open("");
    press("last100");
    browser.until("trainingHealth.data.range.from === 1900");
    assertThat(shown()).isEqualTo(100);
    assertThat(text("[data-range=live]")).isEqualTo("Live");

    browser.driver().executeScript("document.querySelector('[data-range=live]').focus();");
    press("live");
    browser.until("document.querySelector('[data-range=live]').textContent === 'Frozen'");
    assertThat(evaluate("document.activeElement.dataset.range")).isEqualTo("live");
    untilShown(1900, 1999);
    SimulatedRecording.put(new SimulatedRecording(1).until(ITERATIONS + 50), storage, "run");
    browser.until("trainingHealth.data.range.last === 2049");
    untilShown(1900, 1999);

    press("live");
    browser.until("trainingHealth.data.range.to === 2049");
    assertThat(shown()).isEqualTo(100);
  }

  /** Old iterations are stored in buckets: each is drawn from its first to its last iteration. */
  @Test
  void shouldDrawABucketAsAStepAndSayWhyThereAreFewPoints() {
    page.detachAll();
    storage = new InMemoryStatsStorage();
    SimulatedRecording.put(
        new SimulatedRecording(1).coarse().until(6 * ITERATIONS), storage, "old");
    page.attach(storage);
    open("");
    WebElement chart = chart("score");
    for (int i = 0; i < 5; i++) {
      chart.sendKeys("+");
    }
    browser.until("trainingHealth.data.range.to - trainingHealth.data.range.from < 400");

    assertThat(text("#resolution"))
        .isEqualTo(
            "1 point = 8 iterations – older iterations are stored in larger steps, with"
                + " minimum and maximum");
    assertThat(evaluate(SCORE_POINTS + ".slice(0, 2).map(d => d.value[0] % 8).join()"))
        .as("first and last iteration of a bucket of eight")
        .isEqualTo("0,7");
  }

  private static final String SCORE_POINTS =
      "trainingHealth.charts.score.getOption().series.find(s => s.type === 'line').data";

  private String address() {
    return String.valueOf(evaluate("window.location.search"));
  }

  @Test
  void shouldKeepTheViewInTheAddressForAReloadAndALink() {
    open("");
    press("last1000");
    browser.evaluate("document.querySelector('[data-choice=UPDATE_RATIO]').click()");
    browser.until("trainingHealth.data.heatmap.quantity === 'UPDATE_RATIO'");
    browser.until("trainingHealth.data.range.from === 1000");
    assertThat(address()).isEqualTo("?session=run&last=1000&quantity=UPDATE_RATIO");

    open(address());
    assertThat(evaluate("trainingHealth.data.range.from")).isEqualTo(1000L);
    assertThat(evaluate("trainingHealth.data.heatmap.quantity")).isEqualTo("UPDATE_RATIO");
    assertThat(text("#heatmap [aria-pressed=true]")).isEqualTo("Update : parameter");
    press("all");
    untilShown(0, ITERATIONS - 1);
    assertThat(address()).isEqualTo("?session=run&quantity=UPDATE_RATIO");
  }

  @Test
  void shouldSelectTheLayerOfTheAddress() {
    open("?from=100&to=300&layer=1");

    untilShown(100, 300);
    assertThat(address()).isEqualTo("?from=100&to=300&layer=1&session=run");
    assertThat(evaluate("document.querySelector('[data-kind=address]') === null")).isEqualTo(true);
  }

  /** DL4J's server has one current session, which another tab may change. */
  @Test
  void shouldNotBeDisturbedByAnotherTab() throws Exception {
    for (String session : List.of("run", "other")) { // among DL4J's own sessions, too
      new SimulatedTraining(storage, session, START, "first", "second").iterate(30);
    }
    open("?session=run");
    page.get("/train/sessions/set/other");
    String version = String.valueOf(evaluate("trainingHealth.data.now"));
    browser.until("trainingHealth.data.now !== " + version);
    assertThat(evaluate("trainingHealth.data.session")).isEqualTo("run");

    browser.until("document.querySelector('#sessionSelect option[value=other]')");
    browser.choose("sessionSelect", "other");
    browser.until("trainingHealth.data.session === 'other'");
    assertThat(address()).isEqualTo("?session=other");
    assertThat(page.get("/train/sessions/current").body()).isEqualTo("other");
  }

  @Test
  void shouldNameWhatTheAddressAsksForInVain() {
    open("?session=gone&quantity=NOTHING&last=x&layer=77");
    browser.until("document.getElementById('notices').textContent.includes('layer=77')");

    assertThat(browser.consoleErrors()).singleElement().asString().contains("404");
    assertThat(text("#notices"))
        .contains(
            "The address asks for session=gone, which does not exist or is not allowed. Shown"
                + " instead: the current session.",
            "quantity=NOTHING",
            "Shown instead: Gradient.",
            "last=x",
            "Shown instead: Whole run.",
            "no layer; they are numbered 0 to 2");
    assertThat(evaluate("trainingHealth.data.session")).isEqualTo("run");
    assertThat(shown()).isEqualTo(ITERATIONS);
    assertThat(address()).isEqualTo("?session=run");
    browser.evaluate("document.querySelector('.close-notice').click()");
    assertThat(text("#notices")).doesNotContain("The address");
  }
}
