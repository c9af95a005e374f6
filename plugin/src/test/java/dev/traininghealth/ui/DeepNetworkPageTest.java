package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.browser.Browser;
import dev.traininghealth.browser.BrowserExtension;
import java.util.stream.IntStream;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Dimension;

/** The charts of all layers of a deep network, which are requested while they are on screen. */
@Tag("browser")
final class DeepNetworkPageTest {
  @RegisterExtension static final BrowserExtension BROWSER = new BrowserExtension();

  private static final String DATA = "trainingHealth.data.";
  private static final String LAST_OF_HEATMAP = DATA + "heatmap.columns.last.at(-1)";
  private static final String LAST_OF_RATIOS = DATA + "updateRatios.columns.last.at(-1)";

  /** Up to which iteration the chart of the ratios was drawn. */
  private static final String DRAWN_RATIOS =
      "Math.floor(trainingHealth.charts.ratios.getOption().xAxis[0].max)";

  /**
   * Up to which iteration the chart of the listener's cost was drawn, which has no data of its own.
   */
  private static final String DRAWN_COST =
      "Math.floor(trainingHealth.charts.cost.getOption().xAxis[0].max)";

  private final InMemoryStatsStorage storage = new InMemoryStatsStorage();

  private SimulatedTraining training(int layers) {
    String[] names = IntStream.range(0, layers).mapToObj(i -> "layer" + i).toArray(String[]::new);
    return new SimulatedTraining(storage, "deep", 1_700_000_000_000L, names);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 20})
  void shouldFollowTheTrainingOnScreenAndBeforeThatInNetworksOfAFewLayers(int layers)
      throws Exception {
    SimulatedTraining training = training(layers);
    training.iterate(20);
    ServedPage page = ServedPage.singleSession();
    Browser browser = BROWSER.browser();
    Dimension before = browser.driver().manage().window().getSize();
    browser.driver().manage().window().setSize(new Dimension(1280, 700));
    try {
      page.attach(storage);
      browser.open(page.address("/train/health"));
      browser.until("window.trainingHealth");
      assertThat(browser.evaluate(LAST_OF_HEATMAP)).as("all at first").isEqualTo(19L);
      assertThat(browser.evaluate(DRAWN_RATIOS)).isEqualTo(19L);

      training.iterate(10);
      browser.until(DATA + "range.last === 29");
      long expected = layers > 16 ? 19 : 29;
      assertThat(browser.evaluate(LAST_OF_HEATMAP)).isEqualTo(expected);
      assertThat(browser.evaluate(LAST_OF_RATIOS)).isEqualTo(expected);
      assertThat(browser.evaluate(DRAWN_RATIOS)).isEqualTo(expected);
      assertThat(browser.evaluate(DRAWN_COST)).isEqualTo(expected);

      browser.evaluate("document.getElementById('cost').scrollIntoView()");
      browser.until(DRAWN_COST + " === 29");
      browser.evaluate("document.getElementById('ratios').scrollIntoView()");
      browser.until(LAST_OF_RATIOS + " === 29"); // although nothing new was recorded
      assertThat(browser.evaluate(DRAWN_RATIOS)).isEqualTo(29L);
      browser.until(DATA + "singularValues.columns.last.at(-1) === 29");

      training.iterate(10);
      browser.until(LAST_OF_RATIOS + " === 39");
      browser.evaluate("document.getElementById('heatmap').scrollIntoView()");
      browser.until(LAST_OF_HEATMAP + " === 39");

      browser.evaluate("document.querySelector('[data-range=all]').focus()");
      assertThat(browser.consoleErrors()).isEmpty();
      browser.open("about:blank");
    } finally {
      browser.driver().manage().window().setSize(before);
      page.stop();
    }
  }
}
