package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traininghealth.browser.Browser;
import dev.traininghealth.browser.BrowserExtension;
import dev.traininghealth.compare.SimulatedRecording;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.jspecify.annotations.Nullable;
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
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;

/** A run held against a good one on the page. */
@Tag("browser")
@TestInstance(Lifecycle.PER_CLASS)
final class BaselinePageTest {
  @RegisterExtension static final BrowserExtension BROWSER = new BrowserExtension();

  private static final Dimension SCREEN = new Dimension(1280, 800);
  private static final int ITERATIONS = 2000;
  private static final String OF_ADDRESS =
      "new URLSearchParams(window.location.search).get('baseline')";

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
    put("good", good(1).startingAt(1_000));
    put("latest", worse(2).startingAt(2_000_000));
    page.attach(storage);
    browser.driver().manage().window().setSize(SCREEN);
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

  private void put(String session, SimulatedRecording recording) {
    SimulatedRecording.put(recording.until(ITERATIONS), storage, session);
  }

  private static SimulatedRecording good(int seed) {
    return new SimulatedRecording(seed).validating();
  }

  private static double score(long iteration) {
    return 2.3 / Math.sqrt(1 + iteration / 20.0) + 0.05;
  }

  /** From iteration 800 on the gradients of the last layer fade, and the score follows. */
  private static SimulatedRecording worse(int seed) {
    return good(seed)
        .score(i -> score(i) * (i < 1000 ? 1 : 1.9))
        .rate(i -> i < 500 ? 0.01 : 0.001)
        .gradients(i -> score(i), i -> score(i), i -> score(i) * (i < 800 ? 1 : 0.2));
  }

  private void open(String query) {
    browser.open(page.address("/train/health" + query));
    browser.until("window.trainingHealth");
  }

  private @Nullable Object evaluate(String expression) {
    return browser.evaluate(expression);
  }

  private String text(String selector) {
    return String.valueOf(evaluate("document.querySelector('" + selector + "').textContent"));
  }

  private long paleLines(String chart) {
    return Long.parseLong(
        String.valueOf(
            evaluate(
                "window.trainingHealth.charts."
                    + chart
                    + ".getOption().series.filter((s) => s.lineStyle?.opacity === 0.35).length")));
  }

  private void picture(String name) throws Exception {
    Files.write(
        Path.of("target", name + ".png"), browser.driver().getScreenshotAs(OutputType.BYTES));
  }

  @Test
  void shouldCompareWithTheRunOfTheAddress() throws Exception {
    open("?baseline=good");
    browser.driver().executeScript("document.getElementById('baseline').scrollIntoView();");
    picture("baseline");

    assertThat(text(".baseline .pill")).isEqualTo("Departs");
    assertThat(text(".baseline .sentence"))
        .matches(
            "From iteration \\d+ on, the learning rate is 0\\.\\d+ times the baseline run's\\..*");
    assertThat(text("[data-quantity=\"LEARNING_RATE\"][data-departs=\"true\"]"))
        .matches("Learning rate\\d{3}0\\.00\\d+0\\.01× 0\\.\\d+× 0\\.1");
    assertThat(text("[data-quantity=\"GRADIENT_NORM\"][data-layer=\"2\"][data-departs=\"true\"]"))
        .startsWith("Gradient: layer2");
    assertThat(paleLines("score")).as("score and validation score").isEqualTo(2);
    assertThat(paleLines("rates")).isEqualTo(1);
    assertThat(evaluate("document.getElementById('baselineSelect').value")).isEqualTo("good");

    browser.driver().executeScript("document.getElementById('score').scrollIntoView();");
    picture("baseline-charts");
  }

  @Test
  void shouldLetChooseAndForgetABaseline() {
    open("");
    assertThat(evaluate("document.getElementById('baseline').hidden")).isEqualTo(true);
    assertThat(paleLines("score")).isZero();
    assertThat(text("#baselineSelect")).isEqualTo("nonegood");

    choose("good");
    browser.until("!document.getElementById('baseline').hidden");
    assertThat(evaluate(OF_ADDRESS)).isEqualTo("good");
    assertThat(paleLines("score")).isEqualTo(2);

    choose("");
    browser.until("document.getElementById('baseline').hidden");
    assertThat(evaluate(OF_ADDRESS)).isNull();
    assertThat(paleLines("score")).isZero();
  }

  private void choose(String session) {
    browser
        .driver()
        .executeScript(
            """
            const select = document.getElementById('baselineSelect');
            select.value = arguments[0];
            select.dispatchEvent(new Event('change'));
            """,
            session);
  }

  /** Workers of one session are held against each other. */
  @Test
  void shouldCompareWithAnotherWorker() {
    SimulatedRecording.put(
        worse(3).startingAt(2_000_000).until(ITERATIONS), storage, "latest", "x");
    open("?session=latest&worker=x");
    assertThat(text("#baselineSelect")).isEqualTo("nonegoodWorker w");

    choose("\u001fw");
    browser.until("!document.getElementById('baseline').hidden");
    assertThat(evaluate("trainingHealth.data.baseline.worker")).isEqualTo("w");
    assertThat(evaluate("window.location.search"))
        .isEqualTo("?session=latest&worker=x&baseline=latest&baselineWorker=w");
    assertThat(paleLines("score")).isEqualTo(2);
    open("?session=latest&worker=x&baseline=latest&baselineWorker=gone");
    assertThat(text("#notices")).contains("baselineWorker=gone", "Shown instead: w.");
  }

  /**
   * A report file names the worker with which it was saved, and one without a worker names none.
   */
  @ParameterizedTest
  @CsvSource({
    "baseline=latest&baselineWorker=w, 'Baseline run: latest, w'",
    "baseline=good, Baseline run: good"
  })
  void shouldKeepTheWorkerInAReportFile(String against, String remark, @TempDir Path folder)
      throws Exception {
    SimulatedRecording.put(
        worse(3).startingAt(2_000_000).until(ITERATIONS), storage, "latest", "x");
    Path file = folder.resolve("report.html");
    Files.writeString(
        file, page.get("/train/health/report.html?session=latest&worker=x&" + against).body());

    browser.open(file.toUri().toString());
    browser.until("window.trainingHealth");

    assertThat(text(".baseline .remark")).isEqualTo(remark);
    assertThat(paleLines("score")).isPositive();
    assertThat(evaluate("document.querySelectorAll('#notices .notice').length")).isEqualTo(0L);
  }

  /** The session with which the listener compares the run itself, until another one is picked. */
  @Test
  void shouldFollowTheSettingOfTheListener() {
    put("compared", worse(4).settings(Map.of("baselineSession", "good")).startingAt(4_000_000));
    open("");
    browser.until("!document.getElementById('baseline').hidden");

    assertThat(text(".baseline .remark")).isEqualTo("Baseline run: good");
    assertThat(evaluate("document.getElementById('baselineSelect').value")).isEqualTo("good");

    choose("");
    browser.until("document.getElementById('baseline').hidden");
    assertThat(evaluate("document.getElementById('baselineSelect').value")).isEqualTo("");
  }

  @Test
  void shouldSayWhyARunCannotBeCompared() {
    open("?baseline=none");

    assertThat(text(".baseline .pill")).isEqualTo("Not comparable");
    assertThat(text(".baseline .sentence"))
        .isEqualTo("No iteration was recorded of the baseline run.");
  }

  /** Half the minibatch: the baseline's lines are stretched to as many examples. */
  @Test
  void shouldShowTheBaselineAtAsManyExamples() throws Exception {
    put("half", good(3).batchSize(16).score(i -> score(i / 2)).startingAt(3_000_000));

    JsonNode data = data("?session=half&baseline=good");

    assertThat(data.get("baseline").get("comparison").get("departs").asBoolean()).isFalse();
    JsonNode last = data.get("baseline").get("columns").get("last");
    assertThat(last.get(last.size() - 1).asInt()).isBetween(1900, 2100);
    JsonNode lines = data.get("baseline").get("lines");
    assertThat(lines.get("SCORE").get("mean").size()).isEqualTo(last.size());
  }

  /** A baseline that is still recorded changes the answer. */
  @Test
  void shouldAnswerAnewIfTheBaselineHasChanged() throws Exception {
    String query = "?session=latest&baseline=good";
    String version = data(query).get("version").asText();

    assertThat(data(query + "&since=" + version).has("unchanged")).isTrue();
    assertThat(data("?session=latest&since=" + version).has("unchanged")).isFalse();
  }

  private JsonNode data(String query) throws Exception {
    return new ObjectMapper().readTree(page.get("/train/health/data" + query).body());
  }
}
