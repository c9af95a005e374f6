package dev.traininghealth.ui;

import static dev.traininghealth.publish.DiagnosisFixtures.causedBy;
import static dev.traininghealth.publish.DiagnosisFixtures.diagnosis;
import static dev.traininghealth.publish.DiagnosisFixtures.ended;
import static dev.traininghealth.publish.DiagnosisFixtures.origin;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.browser.Browser;
import dev.traininghealth.browser.BrowserExtension;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.numbers.NonFiniteOrigin.Place;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Dimension;

/** What a user finds in a real browser when something is wrong. */
@Tag("browser")
@TestInstance(Lifecycle.PER_CLASS)
final class DiagnosesPageTest {
  @RegisterExtension static final BrowserExtension BROWSER = new BrowserExtension();

  private static final String MARKUP = "<img src=x onerror=window.xss=1>";
  private static final long START = 1_700_000_000_000L;

  private Browser browser;
  private ServedPage page;
  private SimulatedTraining training;

  @BeforeAll
  void startServing() {
    browser = BROWSER.browser();
    page = ServedPage.singleSession();
  }

  @BeforeEach
  void train() {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    training = new SimulatedTraining(storage, "session", START, MARKUP, "second", "third");
    page.attach(storage);
    training.iterate(400);
  }

  @AfterEach
  void shouldHaveNoErrorAndAskNobodyElse() throws Exception {
    try {
      assertThat(browser.consoleErrors()).as("errors on the console").isEmpty();
      assertThat(browser.requestedHosts()).as("hosts asked").containsOnly("localhost");
    } finally {
      browser.open("about:blank");
      page.detachAll();
    }
  }

  @AfterAll
  void stopServing() throws Exception {
    page.stop();
  }

  private void openHealth() {
    browser.open(page.address("/train/health"));
    browser.until("window.trainingHealth");
  }

  private Object read(String expression) {
    return Objects.requireNonNull(browser.evaluate(expression), expression);
  }

  private String text(String selector) {
    return (String) read("document.querySelector('" + selector + "').textContent");
  }

  private long count(String selector) {
    return (Long) read("document.querySelectorAll('" + selector + "').length");
  }

  /** Opens the detail of the first diagnosis. */
  private void pick() {
    browser.evaluate("document.querySelector('.diagnosis .pick').click()");
    browser.until("!document.getElementById('detail').hidden");
  }

  private static Diagnosis warning(long id, int layer, String name, long iteration) {
    return diagnosis(id, Problem.DEAD_RELU, Severity.WARNING, layer, name, iteration, -1, -1, null);
  }

  private static Diagnosis nan(long id, long iteration, long cause) {
    return diagnosis(
        id, Problem.NON_FINITE, Severity.CRITICAL, -1, "", iteration, cause, -1, origin());
  }

  @Test
  void shouldSayThatAHealthyRunIsHealthy() {
    openHealth();

    assertThat(text("#verdict .pill")).contains("Healthy");
    assertThat(text("#verdict .summary")).isEqualTo("No problem found in 400 iterations");
    assertThat(read("document.getElementById('diagnoses').hidden")).isEqualTo(true);
    assertThat(read(marks("score") + ".length")).isEqualTo(0L);

    training.diagnose(nan(0, 399, -1));
    browser.until("document.getElementById('verdict').dataset.status === 'critical'");
    assertThat(text("#verdict .pill")).contains("Critical");
    training.diagnose(ended(nan(0, 399, -1), 460));
    browser.until("document.getElementById('verdict').dataset.status === 'healthy'");
    assertThat(text("#verdict .summary")).isEqualTo("Nothing is wrong now. Resolved problems: 1");
  }

  @Test
  void shouldSayOnRequestWhenADiagnosisMayBeWrong() {
    training.diagnose(diagnosis(0, Problem.PLATEAU, Severity.INFO, 100));
    openHealth();
    pick();

    assertThat(read("document.querySelector('.doubt').open")).isEqualTo(false);
    assertThat(text(".doubt summary")).isEqualTo("When this may be wrong");
    assertThat(text(".doubt p")).startsWith("False: a rest before further progress");
  }

  @Test
  void shouldListCausesWithWhatFollowsThenNotesThenWhatIsResolved() {
    training.diagnose(ended(diagnosis(0, Problem.OSCILLATING_SCORE, Severity.WARNING, 20), 90));
    training.diagnose(diagnosis(1, Problem.PLATEAU, Severity.INFO, 100));
    training.diagnose(warning(2, 1, "second", 120));
    training.diagnose(diagnosis(3, Problem.EXPLODING_GRADIENT, Severity.WARNING, 130));
    training.diagnose(causedBy(warning(2, 1, "second", 120), 3));
    training.diagnose(nan(4, 140, 3));
    openHealth();

    assertThat(text("#verdict .summary"))
        .startsWith("NaN or Infinity · whole network · since iteration 140")
        .contains("follows from: Exploding gradient", "Critical: 1 · Warning: 2 · Note: 1");
    assertThat(count(".diagnoses > .group")).isEqualTo(1);
    assertThat(text(".diagnoses > .group > .diagnosis .problem")).isEqualTo("Exploding gradient");
    assertThat(text("#verdict .remedy")).startsWith("What to change: ");
    assertThat(
            read(
                "getComputedStyle(document.querySelector("
                    + "'.diagnosis.told[data-problem=non_finite] .sentence')).display"))
        .as("the sentence of the verdict is said once")
        .isEqualTo("none");
    assertThat(
            read(
                "Array.from(document.querySelectorAll('.effects .line'), e => e.textContent)"
                    + ".join('|')"))
        .asString()
        .matches(
            ".* CriticalNaN or Infinitywhole networksince iteration 140\\|"
                + ".* WarningDead ReLU unitslayer second, parameter 1_Wsince iteration 120");
    assertThat(text("[data-fold=notes] .problem")).isEqualTo("Plateau");
    assertThat(text("[data-fold=resolved] .problem")).isEqualTo("Oscillating score");
    assertThat(text("[data-fold=resolved] .when")).isEqualTo("iterations 20 to 90");
    assertThat(read("document.querySelector('[data-fold=resolved]').open")).isEqualTo(false);
  }

  @Test
  void shouldTellEvidenceOriginAndRemedies() {
    training.diagnose(nan(0, 140, -1));
    openHealth();
    pick();

    assertThat(text(".evidence")).isEqualTo("Observed NaN, which is no finite number");
    assertThat(text(".origin"))
        .isEqualTo(
            "Features of the minibatchValues that are not finite: 12Examples of the minibatch that"
                + " carry them: 3, in rows 3, 17 and 31 (counted from 0)Largest finite feature of"
                + " the minibatch: 1235");
    assertThat(count(".remedies > li")).isEqualTo(2);
    assertThat(text(".remedies code")).isEqualTo(".updater(new Adam(1e-4))");
    browser.evaluate("document.querySelector('.copy').click()");
    browser.until(
        "document.querySelector('.copy').textContent === 'Copied'"
            + " || String(window.getSelection()) === '.updater(new Adam(1e-4))'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "1; 7; One example of the minibatch is affected, in row 7 (counted from 0)",
        "2; 7 12; Examples of the minibatch that carry them: 2, in rows 7 and 12 (counted from 0)",
        "3; 7 12; Examples of the minibatch that carry them: 3, in rows 7, 12, … (counted from 0)",
      })
  void shouldNameTheRowsThatAreAffected(int count, String rows, String expected) {
    List<Integer> listed = Stream.of(rows.split(" ")).map(Integer::valueOf).toList();
    training.diagnose(
        nan(0, new NonFiniteOrigin(Place.LABELS, -1, -1, 1, listed, count, false, Double.NaN)));
    openHealth();
    pick();

    assertThat(text(".origin"))
        .isEqualTo("Labels of the minibatchValues that are not finite: 1" + expected);
  }

  @Test
  void shouldNotCountWhatIsNotFiniteWhereAllIs() {
    training.diagnose(
        nan(0, new NonFiniteOrigin(Place.FEATURES, -1, -1, 0, List.of(), 0, true, 1e30)));
    openHealth();
    pick();

    assertThat(text(".origin")).doesNotContain("Values that are not finite").contains("1e30");
  }

  private static Diagnosis nan(long id, NonFiniteOrigin origin) {
    return diagnosis(id, Problem.NON_FINITE, Severity.CRITICAL, -1, "", 140, -1, -1, origin);
  }

  private static String marks(String chart) {
    return "trainingHealth.charts."
        + chart
        + ".getOption().series.flatMap(s => s.markLine?.data ?? [])";
  }

  @Test
  void shouldMarkWhereDiagnosesBeginAndInWhichLayers() {
    training.diagnose(nan(0, 140, -1));
    training.diagnose(warning(1, 0, MARKUP, 141));
    training.diagnose(warning(2, 2, "third", 300));
    openHealth();

    for (String chart : new String[] {"score", "norms"}) {
      assertThat(read(marks(chart) + ".map(m => m.xAxis + ' ' + m.found.length).join('; ')"))
          .as(chart)
          .isEqualTo("140 2; 300 1");
    }
    assertThat(
            read(
                "[0, 1, 2].map(trainingHealth.charts.heatmap.getOption().yAxis[0].axisLabel"
                    + ".formatter).join('; ')"))
        .asString()
        .matches("⚠.? <img .*>; second; ⚠.? third");

    browser.evaluate(
        """
        (chart => chart.dispatchAction({
          type: 'showTip', x: chart.convertToPixel({xAxisIndex: 0}, 140), y: 100,
        }))(trainingHealth.charts.score)""");
    browser.until("document.querySelector('.mark-tooltip')");
    assertThat(text(".mark-tooltip"))
        .contains("NaN or Infinity · whole network", "Dead ReLU units · layer " + MARKUP);
    shouldHaveNoMarkup();
  }

  private void shouldHaveNoMarkup() {
    assertThat(browser.evaluate("document.querySelector('img')")).isNull();
    assertThat(browser.evaluate("window.xss")).isNull();
  }

  @Test
  void shouldShowADiagnosisInTheCharts() {
    training.diagnose(warning(0, 1, "second", 150));
    openHealth();
    browser.evaluate("document.querySelector('.when').click()");

    browser.until("trainingHealth.data.heatmap.quantity === 'SILENT_UNIT_FRACTION'");
    assertThat(text("#heatmap [aria-pressed=true]")).isEqualTo("Silent");
    browser.until("trainingHealth.data.range.from === 50 && trainingHealth.data.range.to === 250");
    browser.until(
        "(({ status, value }) => status === 'show' && Math.round(value) === 150)"
            + "(trainingHealth.charts.score.getOption().xAxis[0].axisPointer)");
    assertThat(text("#score .readout")).contains("iteration 150");
    assertThat(read("document.getElementById('detail').hidden")).isEqualTo(false);
  }

  @Test
  void shouldShowNamesAsTextAndNeverAsMarkup() {
    training.diagnose(warning(0, 0, MARKUP, 150));
    training.diagnose(diagnosis(1, new Problem("my_own"), Severity.INFO, 160));
    openHealth();

    assertThat(text("[data-fold=notes] .problem")).as("unknown to the page").isEqualTo("my_own");
    assertThat(text(".diagnosis .place")).contains("layer " + MARKUP);
    assertThat(text("#verdict .summary")).contains("layer " + MARKUP);
    shouldHaveNoMarkup();
  }

  @Test
  void shouldKeepDetailFocusAndSelectedTextWhileTrainingContinues() {
    training.diagnose(nan(0, 100, -1));
    training.diagnose(warning(1, 1, "second", 150));
    openHealth();
    browser.evaluate("document.querySelector('[data-problem=dead_relu] .pick').click()");
    browser.until("document.querySelector('#detail .remedies')");
    browser.evaluate("document.querySelector('[data-problem=dead_relu] .pick').focus()");
    browser.evaluate(
        "getSelection().selectAllChildren(document.querySelector('#detail .evidence'))");

    training.diagnose(diagnosis(2, Problem.PLATEAU, Severity.INFO, 160));
    training.diagnose(ended(nan(0, 100, -1), 399));
    training.iterate(3);
    browser.until("document.querySelector('[data-fold=resolved]')");
    browser.until("trainingHealth.data.latest.iteration === 402");

    assertThat(text("#detail h2")).contains("Dead ReLU units");
    assertThat(read("document.activeElement.closest('.diagnosis').dataset.problem"))
        .isEqualTo("dead_relu");
    assertThat(read("getSelection().toString()")).isEqualTo(text("#detail .evidence"));
  }

  @Test
  void shouldStayReadableWithAHundred() {
    for (long id = 0; id < 100; id++) {
      training.diagnose(warning(id, (int) (id % 3), "layer", 4 * id));
    }
    openHealth();

    assertThat(count(".diagnoses > *")).as("one row of equal ones").isEqualTo(1);
    assertThat(text(".diagnoses > .same > summary")).contains("Dead ReLU units", "100 times");
    assertThat((Long) read(marks("score") + ".length")).isBetween(20L, 30L);
    assertThat(count(".diagnoses > .same .diagnosis")).isEqualTo(100);
  }

  @Test
  void shouldFitANarrowWindow() {
    training.diagnose(nan(0, 100, -1));
    Dimension before = browser.driver().manage().window().getSize();
    browser.driver().manage().window().setSize(new Dimension(800, 1000));
    try {
      openHealth();

      assertThat((Long) read("document.documentElement.scrollWidth")).isLessThanOrEqualTo(800);
      assertThat(
              (Boolean)
                  read(
                      "document.querySelector('.sidebar').getBoundingClientRect().bottom"
                          + " <= document.getElementById('verdict').getBoundingClientRect().top"))
          .as("nothing lies over the page")
          .isTrue();
    } finally {
      browser.driver().manage().window().setSize(before);
    }
  }
}
