package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.browser.Browser;
import dev.traininghealth.browser.BrowserExtension;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.i18n.DefaultI18N;
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
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;

/** The page for everyone: light and dark, wide and narrow, seen or read out, in any language. */
@Tag("browser")
@TestInstance(Lifecycle.PER_CLASS)
final class AccessPageTest {
  @RegisterExtension static final BrowserExtension BROWSER = new BrowserExtension();

  private static final String AXE = "/axe.min.js";

  /** The violations that make a page hard or impossible to use, as texts. */
  private static final String VIOLATIONS =
      """
      const done = arguments[0];
      axe.run().then(({ violations }) => done(violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => id + ': ' + nodes.slice(0, 5)
          .map((node) => node.html.slice(0, 120) + ' ' + node.any.map((any) => any.message).join())
          .join(' | '))));
      """;

  private Browser browser;
  private ServedPage page;
  private String axe;

  @BeforeAll
  void serve() throws IOException {
    browser = BROWSER.browser();
    page = ServedPage.singleSession();
    try (InputStream script = AccessPageTest.class.getResourceAsStream(AXE)) {
      axe = new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @AfterEach
  void leave() {
    media("light");
    browser.driver().manage().window().setSize(new Dimension(1400, 1000));
    assertThat(browser.consoleErrors()).isEmpty();
    browser.open("about:blank");
    page.detachAll();
  }

  @AfterAll
  void stop() throws Exception {
    page.stop();
  }

  private void media(String scheme) {
    browser
        .driver()
        .executeCdpCommand(
            "Emulation.setEmulatedMedia",
            Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  private void sick() {
    StatsStorage storage = new InMemoryStatsStorage();
    ProtectedTraining.in(storage, true);
    page.attach(storage);
  }

  private void open(String query) {
    browser.open(page.address("/train/health" + query));
    browser.until("window.trainingHealth");
  }

  private List<?> violations() {
    browser.driver().executeScript(axe);
    return (List<?>) Objects.requireNonNull(browser.driver().executeAsyncScript(VIOLATIONS));
  }

  private void picture(String name) throws IOException {
    Files.write(
        Path.of("target", name + ".png"), browser.driver().getScreenshotAs(OutputType.BYTES));
  }

  @ParameterizedTest
  @CsvSource({"light, 1280", "dark, 1280", "light, 500", "dark, 500"})
  void shouldHaveNoSeriousViolation(String scheme, int width) throws IOException {
    sick();
    media(scheme);
    browser.driver().manage().window().setSize(new Dimension(width, 900));
    open("?smoothing=0.5");
    browser
        .driver()
        .executeScript("for (const d of document.querySelectorAll('details')) d.open = true;");

    assertThat(violations()).isEmpty();
    picture("access-" + scheme + "-" + width);
  }

  @ParameterizedTest
  @CsvSource({"light", "dark"})
  void shouldHaveNoSeriousViolationWithoutTraining(String scheme) {
    media(scheme);
    browser.open(page.address("/train/health"));
    browser.until("document.body.dataset.state === 'empty'");

    assertThat(violations()).isEmpty();
  }

  @Test
  void shouldDescribeChartsAndTellTheVerdictOnce() {
    sick();
    open("");

    assertThat(
            browser.evaluate(
                "document.querySelector('#score [role=img]').getAttribute('aria-label')"))
        .asString()
        .startsWith("Score vs. iteration. Score: 0.");
    assertThat(browser.evaluate("document.getElementById('announcement').textContent"))
        .asString()
        .contains(": ");
  }

  @Test
  void shouldBeDarkWhereTheSystemIs() {
    sick();
    media("dark");
    open("");

    String background = "getComputedStyle(document.getElementById('score')).backgroundColor";
    assertThat(browser.evaluate(background)).isEqualTo("rgb(27, 32, 37)");
    media("light");
    browser.until(background + " === 'rgb(255, 255, 255)' && window.trainingHealth");
  }

  @Test
  void shouldShowTheChartsFirstOnAPhone() {
    sick();
    browser.driver().manage().window().setSize(new Dimension(500, 900));
    open("");

    assertThat(
            browser.evaluate(
                "document.getElementById('score').getBoundingClientRect().top"
                    + " < document.getElementById('diagnoses').getBoundingClientRect().top"))
        .isEqualTo(true);
    assertThat(((Number) number("document.documentElement.scrollWidth")).intValue())
        .isLessThanOrEqualTo(500);
  }

  private Object number(String expression) {
    return Objects.requireNonNull(browser.evaluate(expression));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"en; 12,345 0.0123 1.2e-5", "de; 12.345 0,0123 1,2e-5"})
  void shouldWriteNumbersInTheLanguageOfThePage(String language, String numbers) {
    sick();
    try {
      open("");
      browser.evaluate("document.querySelector('[data-language=" + language + "]').click()");
      browser.until(
          "document.documentElement.lang === '" + language + "' && window.trainingHealth");
      assertThat(
              browser
                  .driver()
                  .executeAsyncScript(
                      """
                      const done = arguments[0];
                      import('/assets/health/format.js').then(({ count, value }) =>
                        done(`${count(12345)} ${value(0.0123)} ${value(1.2e-5)}`));
                      """))
          .isEqualTo(numbers);
    } finally {
      DefaultI18N.getInstance().setDefaultLanguage("en");
    }
  }
}
