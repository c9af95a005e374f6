package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.RecordedProblem;
import dev.traininghealth.browser.Browser;
import dev.traininghealth.browser.BrowserExtension;
import java.util.Objects;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user finds in a real browser of a training that had a problem. */
@Tag("browser")
@TestInstance(Lifecycle.PER_CLASS)
final class RecordedProblemsPageTest {
  @RegisterExtension static final BrowserExtension BROWSER = new BrowserExtension();

  private Browser browser;
  private ServedPage page;

  @BeforeAll
  void serve() {
    browser = BROWSER.browser();
    page = ServedPage.singleSession();
  }

  @AfterEach
  void detach() {
    browser.open("about:blank");
    page.detachAll();
  }

  @AfterAll
  void stop() throws Exception {
    page.stop();
  }

  private Object read(String expression) {
    return Objects.requireNonNull(browser.evaluate(expression), expression);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "DRIFTING; Drift; has been rising since iteration",
        "SLOW_ITERATIONS; Slower iterations; as long as in the first quarter of the run",
        "GROWING_MEMORY; Growing memory; The Java heap in use after garbage collection has grown",
        "LEARNING_RATE_SCHEDULE; Learning-rate schedule; The learning rate fell from 0.005",
        "COLLAPSED_ACTIVATIONS; Collapsed activations; are nearly the same for every example",
        "CONSTANT_OUTPUT; Constant output; The output is nearly the same for every example",
        "MINIBATCH_SIZE; Minibatch size; Minibatches of 128 examples are larger than this gradient",
      })
  void shouldShowCardAndMark(RecordedProblem problem, String name, String sentence) {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    problem.train(storage, true);
    page.attach(storage);
    browser.open(page.address("/train/health"));
    browser.until("window.trainingHealth");

    String card = "document.querySelector('[data-problem=" + problem.problem() + "]')";
    assertThat(read(card + ".querySelector('.problem').textContent")).isEqualTo(name);
    assertThat(read(card + ".querySelector('.sentence').textContent"))
        .asString()
        .contains(sentence);
    browser.evaluate(card + ".querySelector('.pick').click()");
    browser.until("document.querySelector('#detail .remedies > li')");
    assertThat(
            read(
                "trainingHealth.charts.score.getOption().series"
                    + ".flatMap(s => s.markLine?.data ?? []).flatMap(m => m.found)"
                    + ".filter(d => d.problem === '"
                    + problem.problem()
                    + "').length"))
        .as("marks in the chart of the score")
        .isEqualTo(1L);
    assertThat(browser.consoleErrors()).isEmpty();
  }
}
