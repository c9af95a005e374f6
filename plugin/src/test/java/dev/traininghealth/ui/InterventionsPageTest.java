package dev.traininghealth.ui;

import static dev.traininghealth.publish.InterventionFixtures.done;
import static dev.traininghealth.publish.InterventionFixtures.intervention;
import static dev.traininghealth.publish.InterventionFixtures.values;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.browser.Browser;
import dev.traininghealth.browser.BrowserExtension;
import dev.traininghealth.intervene.Intervention.Kind;
import java.util.Objects;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openqa.selenium.Dimension;

/** What a user finds in a real browser when a training was interfered with. */
@Tag("browser")
@TestInstance(Lifecycle.PER_CLASS)
final class InterventionsPageTest {
  @RegisterExtension static final BrowserExtension BROWSER = new BrowserExtension();

  private static final long START = 1_700_000_000_000L;

  private Browser browser;
  private ServedPage page;

  @BeforeAll
  void startServing() {
    browser = BROWSER.browser();
    page = ServedPage.singleSession();
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

  private SimulatedTraining open(String mode) {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    SimulatedTraining training =
        SimulatedTraining.ofMode(mode, storage, "session", START, "first", "second");
    training.iterate(40);
    page.attach(storage);
    openHealth();
    return training;
  }

  private SimulatedTraining openProtected(boolean applied) {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    ProtectedTraining made = ProtectedTraining.in(storage, applied);
    page.attach(storage);
    openHealth();
    return made.training;
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

  private String texts(String selector) {
    return (String)
        read(
            "Array.from(document.querySelectorAll('"
                + selector
                + "'), e => e.textContent).join('|')");
  }

  private static String marks(String chart) {
    return "trainingHealth.charts."
        + chart
        + ".getOption().series.filter(s => s.name === 'interventions')"
        + ".flatMap(s => s.data.map(d => d.value[0] + ' ' + d.done[0].kind)).join(', ')";
  }

  @Test
  void shouldTellThatARunIsOnlyObserved() {
    open("observing");

    assertThat(text("#interventions .nothing")).startsWith("This run is only observed");
    assertThat(texts("#verdict .pill")).doesNotContain("Protected");
    assertThat(browser.evaluate("document.querySelector('#verdict .protection')")).isNull();
    assertThat(text("[data-field=mode]")).isEqualTo("Observed");
    assertThat(read("document.querySelector('#score .signs').hidden")).isEqualTo(true);
  }

  @Test
  void shouldTellThatProtectionHadNothingToDoAndThenWhatItDid() {
    SimulatedTraining training = open("protecting");
    assertThat(text("#interventions .nothing"))
        .isEqualTo("This run is protected, and nothing had to be done so far.");
    assertThat(texts("#verdict .pill")).contains("Healthy", "Protected");
    assertThat(text("#verdict .protection")).contains("nothing to do so far");

    training.intervene(intervention(0, Kind.CLIP, 39, true));
    browser.until("document.querySelector('.intervention')");
    assertThat(text(".intervention .when")).isEqualTo("iteration 39");
    training.intervene(done(intervention(0, Kind.CLIP, 39, true), 12, 60));
    browser.until("document.querySelector('.intervention .when').textContent.includes('12 times')");

    assertThat(text(".intervention .when")).isEqualTo("iterations 39 to 60, 12 times");
    assertThat(text(".intervention .change")).isEqualTo("Gradient norm 2 → 1, the latest time");
    assertThat(text("#verdict .protection"))
        .isEqualTo("Protection has acted: gradients clipped: 12");
  }

  @Test
  void shouldNotTellAScoreOfTheNetworkAsItBegan() {
    SimulatedTraining training = open("protecting");
    training.intervene(values(intervention(0, Kind.ROLLBACK, 39, true), 2.5, Double.NaN, -1));
    browser.until("document.querySelector('.intervention')");

    assertThat(text(".intervention .change"))
        .isEqualTo("Score 2.5, set back to the network as it was before the first iteration");
  }

  @Test
  void shouldShowThatProtectionIsADryRun() {
    open("dryRun");

    assertThat(text("#interventions .nothing")).contains("nothing is changed");
    assertThat(texts("#verdict .pill")).contains("Dry run of the protection");
    assertThat(text("[data-field=mode]")).isEqualTo("Dry run of the protection");
  }

  @Test
  void shouldListTheNewestFirstWithWhyAndWhatItChanged() {
    openProtected(true);
    browser.evaluate("document.querySelector('.interventions .all').click()");

    assertThat(texts(".intervention .what"))
        .matches(
            "■ Training stopped\\|▲ Learning rates raised\\|▼ Learning rates lowered\\|"
                + "✂.? Gradient clipped\\|▼ Learning rates lowered\\|↶ Rolled back\\|"
                + "⊘ Step skipped\\|⊘ Step skipped");
    assertThat(texts(".intervention .change"))
        .isEqualTo(
            "Score 0.48|Learning rates 10 % → 30 % of the configured|"
                + "Learning rates 50 % → 10 % of the configured|"
                + "Gradient norm 13.02 → 5, the latest time|"
                + "Learning rates 100 % → 50 % of the configured|"
                + "Score 2.41 → 0.93, the network as it was after iteration 250|"
                + "Gradient norm 40000 → no update|Gradient norm NaN → no update");
    assertThat(texts(".intervention .badge-done").split("\\|", -1)).containsOnly("applied");
    assertThat(text("[data-kind=STOP] .because")).isEqualTo("Because of: Exploding gradient");
    assertThat(text("[data-kind=ROLLBACK] .why"))
        .isEqualTo("Exploding gradient · layer second, parameter 1_W · since iteration 290");
    assertThat(text("#verdict .protection"))
        .isEqualTo(
            "Protection has acted: steps skipped: 2, gradients clipped: 85,"
                + " learning rates at 30 %, rollbacks: 1, training stopped");
    assertThat(texts(".reason")).as("text, never markup").contains(ProtectedTraining.MARKUP);
    assertThat(browser.evaluate("document.querySelector('img')")).isNull();
    assertThat(browser.evaluate("window.xss")).isNull();
  }

  @Test
  void shouldCountInARowAlsoWhatIsNotListed() {
    SimulatedTraining training = open("protecting");
    for (int i = 0; i < 250; i++) {
      training.intervene(intervention(i, Kind.SKIP, i / 7, true));
    }
    openHealth();

    assertThat((Long) read("document.querySelectorAll('.same .intervention').length"))
        .isBetween(20L, 200L);
    assertThat(text(".same > summary")).contains("250 times", "iterations 0 to 35");
    assertThat(text(".interventions > .hint")).contains("not listed");
  }

  @Test
  void shouldSeparateTheDryRunFromWhatWasDone() {
    openProtected(false);

    assertThat(texts(".intervention .badge-done").split("\\|", -1))
        .containsOnly("dry run, not applied");
    assertThat(text("#verdict .protection"))
        .startsWith("Dry run, nothing was changed: steps skipped: 2")
        .contains("learning rates lowered: 2, learning rates raised: 1");
    assertThat(texts("#score .signs > span")).contains("dry run, not applied");
    assertThat(text("#norms .readout")).contains("Gradient after clipping (dry run): ");
    assertThat(text("#rates .readout")).contains("Learning rates raised · iteration 500 · dry run");
  }

  @Test
  void shouldMarkTheChartsAndSayWhatAMarkMeans() {
    openProtected(true);

    String all =
        "60 CLIP, 140 SKIP, 290 SKIP, 300 ROLLBACK, 300 LOWER_LEARNING_RATE,"
            + " 420 LOWER_LEARNING_RATE, 500 RAISE_LEARNING_RATE, 599 STOP";
    for (String chart : new String[] {"score", "norms"}) {
      assertThat(((String) read(marks(chart))).split(", ", -1))
          .as(chart)
          .containsExactlyInAnyOrder(all.split(", ", -1));
    }
    assertThat(read(marks("rates")))
        .isEqualTo("300 LOWER_LEARNING_RATE, 420 LOWER_LEARNING_RATE, 500 RAISE_LEARNING_RATE");
    assertThat(texts("#score .signs > span")).contains("Rolled back", "Training stopped");
    assertThat(texts("#rates .signs > span")).doesNotContain("Rolled back");

    browser.evaluate(
        """
        (chart => chart.dispatchAction({
          type: 'showTip',
          x: chart.convertToPixel({xAxisIndex: 0}, 420),
          y: chart.getOption().grid[0].top - 24,
        }))(trainingHealth.charts.score)""");
    browser.until("document.querySelector('.mark-tooltip')");
    assertThat(text(".mark-tooltip"))
        .contains(
            "Learning rates lowered · iteration 420", "50 % → 10 %", "The score still swings.");
  }

  @Test
  void shouldDrawNormsBeforeAndAfterClippingAndTheRatesInEffect() {
    openProtected(true);

    assertThat(read("trainingHealth.charts.norms.getOption().legend[0].data.join('|')"))
        .isEqualTo("Gradient before clipping|Gradient after clipping|Clipping threshold");
    assertThat(text("#norms .readout")).contains("Clipping threshold: 5");
    assertThat(text("#rates .readout"))
        .contains("0.003", "10 % → 30 % of the configured. Steady for 80 iterations.");
    assertThat(
            read(
                "Math.min(...trainingHealth.charts.rates.getOption().series[0].data"
                    + ".map(d => d.value[1]))"))
        .isEqualTo(0.001);
  }

  @Test
  void shouldGoToTheDiagnosisAndToTheIterations() {
    openProtected(true);
    browser.evaluate("document.querySelector('.interventions .all').click()");
    assertThat(read("document.querySelector('[data-fold=resolved]').open")).isEqualTo(false);

    browser.evaluate(
        "Array.from(document.querySelectorAll('.why')).find(e =>"
            + " e.textContent.includes('NaN')).click()");
    assertThat(read("document.querySelector('[data-fold=resolved]').open")).isEqualTo(true);
    browser.until("document.querySelector('#detail h2')?.textContent.includes('NaN or Infinity')");
    assertThat(read("document.activeElement.closest('.diagnosis').dataset.problem"))
        .isEqualTo("non_finite");

    browser.evaluate("document.querySelector('[data-kind=ROLLBACK] .when').click()");
    browser.until("trainingHealth.data.range.from === 150 && trainingHealth.data.range.to === 400");
    browser.until(
        "(({ status, value }) => status === 'show' && Math.round(value) === 300)"
            + "(trainingHealth.charts.score.getOption().xAxis[0].axisPointer)");
    assertThat(text("#score .readout")).contains("iteration 300");
  }

  @Test
  void shouldFitANarrowWindow() {
    Dimension before = browser.driver().manage().window().getSize();
    browser.driver().manage().window().setSize(new Dimension(500, 1000));
    try {
      openProtected(true);

      assertThat((Long) read("document.documentElement.scrollWidth")).isLessThanOrEqualTo(500);
      assertThat(read("getComputedStyle(document.querySelector('.main'), '::before').content"))
          .as("nothing dims the page")
          .isEqualTo("none");
    } finally {
      browser.driver().manage().window().setSize(before);
    }
  }
}
