package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.InjectedRun;
import dev.traininghealth.LearningNetwork;
import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.TrainingHealthListenerBuilder;
import dev.traininghealth.browser.Browser;
import dev.traininghealth.browser.BrowserExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;

/** What the page's verdict covers, from recorded trainings. */
@Tag("browser")
@TestInstance(Lifecycle.PER_CLASS)
final class CoveragePageTest {
  @RegisterExtension static final BrowserExtension BROWSER = new BrowserExtension();

  private static final Dimension SCREEN = new Dimension(1280, 800);

  private StatsStorage storage = new InMemoryStatsStorage();
  private Browser browser;
  private ServedPage page;

  @BeforeAll
  void serve() {
    browser = BROWSER.browser();
    page = ServedPage.singleSession();
  }

  @BeforeEach
  void attach() {
    storage = new InMemoryStatsStorage();
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

  private InjectedRun train(TrainingHealthListenerBuilder builder, int iterations) {
    return new InjectedRun(LearningNetwork.MLP, new Adam(1e-3), builder).until(iterations);
  }

  private void open(InjectedRun run, String picture) throws IOException {
    run.listener.close();
    browser.driver().manage().window().setSize(SCREEN);
    browser.open(page.address("/train/health"));
    browser.until("window.trainingHealth");
    browser.driver().executeScript("document.getElementById('coverage').open = true;");
    Files.write(
        Path.of("target", picture + ".png"), browser.driver().getScreenshotAs(OutputType.BYTES));
  }

  private String text(String selector) {
    return String.valueOf(
        browser.evaluate("document.querySelector('" + selector + "').textContent"));
  }

  @Test
  void shouldShowWhatWasCheckedAndWhatWasNot() throws Exception {
    open(train(TrainingHealthListener.builder(storage), 400), "coverage-healthy");

    assertThat(browser.evaluate("document.getElementById('verdict').dataset.status"))
        .isEqualTo("healthy");
    assertThat(text("#verdict .summary b"))
        .matches("Nothing found by \\d+ checks in 400 iterations");
    // Within the first second the JVM has not been read either.
    assertThat(text("#verdict .unchecked"))
        .startsWith("Not checked: overfitting (there is no validation score)")
        .as("which takes thousands of iterations")
        .doesNotContain("minibatch-size");
    assertThat(text("#coverage summary"))
        .matches(
            "What was checked: \\d+ checks made, \\d+ too early to tell, \\d+ not made"
                + " \\(up to iteration 399\\)");
    assertThat(text("[data-check=\"exploding-gradient\"]"))
        .isEqualTo("exploding-gradientiterations 0 to 399nothing found");
    assertThat(text("[data-check=\"plateau\"]"))
        .isEqualTo("plateauiterations 0 to 399too early to tell: 400 of at least 500 measurements");
    assertThat(text("[data-check=\"overused-protection\"]"))
        .isEqualTo("overused-protection–not checked: no step was protected");
  }

  @Test
  void shouldBeTooEarlyAfterAFewIterations() throws Exception {
    open(train(TrainingHealthListener.builder(storage), 5), "coverage-early");

    assertThat(text("#verdict .pill")).endsWith("Too early to tell");
    assertThat(text("#verdict .summary b"))
        .matches("No problem found yet, but only \\d of \\d+ checks have seen enough");
  }

  @Test
  void shouldNotDependOnTheLatestMinibatchIfProtectionSkipsBadOnes() throws Exception {
    InjectedRun run = train(TrainingHealthListener.builder(storage).protecting(), 100);
    for (int i = 0; i < 100; i++) {
      DataSet data = run.next();
      if (i % 8 == 3) {
        data.getFeatures().putScalar(0, Double.NaN);
      }
      run.net.fit(data);
    }
    open(run, "coverage-protected");

    assertThat(text("#verdict .pill")).endsWith("Protected");
    assertThat(text("#verdict .summary b"))
        .isEqualTo("6.5 % of the minibatches of the last 200 iterations were unusable and skipped");
    assertThat(text("[data-check=\"non-finite\"]")).contains("found: ");
  }
}
