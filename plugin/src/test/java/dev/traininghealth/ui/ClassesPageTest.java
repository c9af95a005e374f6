package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.LearningNetwork;
import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.browser.Browser;
import dev.traininghealth.browser.BrowserExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Sgd;
import org.openqa.selenium.OutputType;

/** The results of validation by class on the page. */
@Tag("browser")
@TestInstance(Lifecycle.PER_CLASS)
final class ClassesPageTest {
  @RegisterExtension static final BrowserExtension BROWSER = new BrowserExtension();

  private static final int EPOCHS = 10;

  private Browser browser;
  private ServedPage page;

  @BeforeAll
  void serve() {
    browser = BROWSER.browser();
    page = ServedPage.singleSession();
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

  private static DataSetIterator batches(int from, int to) {
    List<DataSet> examples =
        IntStream.range(from, to)
            .mapToObj(LearningNetwork.MLP::batch)
            .flatMap(batch -> batch.asList().stream())
            .toList();
    return new ListDataSetIterator<>(examples, LearningNetwork.EXAMPLES);
  }

  private void open(boolean validates) {
    StatsStorage storage = new InMemoryStatsStorage();
    MultiLayerNetwork net = LearningNetwork.MLP.create(new Sgd(0.2));
    try (TrainingHealthListener listener =
        TrainingHealthListener.builder(storage)
            .validationData(validates ? batches(100, 102) : null)
            .build()) {
      net.setListeners(listener);
      net.fit(batches(0, 5), EPOCHS);
    }
    page.attach(storage);
    browser.open(page.address("/train/health"));
    browser.until("window.trainingHealth");
  }

  private String text(String selector) {
    return String.valueOf(
        browser.evaluate("document.querySelector('" + selector + "').textContent"));
  }

  @Test
  void shouldShowTheNewestEpochAndLeadToAllOfThem() throws Exception {
    open(true);

    assertThat(browser.evaluate("document.querySelectorAll('#classes tbody tr').length"))
        .hasToString("3");
    assertThat(text("#classes tr[data-class=\"1\"]")).matches("1[0-9. %]+.*\\([0-9]+\\)");
    assertThat(text("#classes .remark")).startsWith("After epoch 9, iteration 49.");
    browser
        .driver()
        .executeScript(
            "fetch(document.querySelector('#classes a').href).then((answer) => answer.text())"
                + ".then((text) => { window.csv = text; });");
    browser.until("window.csv");
    assertThat(String.valueOf(browser.evaluate("window.csv")).lines()).hasSize(1 + 3 * EPOCHS);
    browser.driver().executeScript("document.getElementById('classes').scrollIntoView();");
    Files.write(
        Path.of("target", "classes.png"), browser.driver().getScreenshotAs(OutputType.BYTES));
  }

  @Test
  void shouldShowNothingWithoutValidation() {
    open(false);

    assertThat(browser.evaluate("document.getElementById('classes').hidden")).hasToString("true");
  }
}
