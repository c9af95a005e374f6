package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.LearningNetwork;
import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.browser.Browser;
import dev.traininghealth.browser.BrowserExtension;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.run.TrainingRun;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.deeplearning4j.parallelism.ParallelWrapper.TrainingMode;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** Two workers train, and only one of them gets a bad minibatch: the page says so for both. */
@Tag("browser")
final class WorkersPageTest {
  private static final int ROUNDS = 12;
  private static final int BAD = 8;

  @RegisterExtension static final BrowserExtension BROWSER = new BrowserExtension();

  private static ExistingDataSetIterator data() {
    List<DataSet> batches = new ArrayList<>();
    for (int i = 0; i < 2 * ROUNDS; i++) {
      DataSet batch = LearningNetwork.MLP.batch(i);
      if (i == BAD) {
        batch.getFeatures().putScalar(3, 0, Float.NaN);
      }
      batches.add(batch);
    }
    return new ExistingDataSetIterator(batches);
  }

  private static void train(MultiLayerNetwork net, TrainingMode mode) {
    ParallelWrapper wrapper =
        new ParallelWrapper.Builder<>(net).workers(2).prefetchBuffer(0).trainingMode(mode).build();
    wrapper.fit(data());
    wrapper.shutdown();
  }

  private static String worker(TrainingHealthListener health, boolean hasSkipped) {
    return health.runs().stream()
        .filter(run -> run.summary().interventions().containsKey(Kind.SKIP) == hasSkipped)
        .map(TrainingRun::workerId)
        .findFirst()
        .orElseThrow();
  }

  private static void choose(Browser browser, String worker) {
    browser.choose("workerSelect", worker);
    browser.until("trainingHealth.data.worker === '" + worker + "'");
  }

  @ParameterizedTest
  @EnumSource(names = {"AVERAGING", "SHARED_GRADIENTS"})
  void shouldTellWhichWorkerHasSkippedAStep(TrainingMode mode) throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    MultiLayerNetwork net = LearningNetwork.MLP.create(new Adam(1e-3));
    ServedPage page = ServedPage.singleSession();
    try (TrainingHealthListener health = TrainingHealthListener.protecting(storage)) {
      net.setListeners(health);
      train(net, mode);
      health.flush();
      String ill = worker(health, true);
      String well = worker(health, false);
      page.attach(storage);
      Browser browser = BROWSER.browser();
      browser.open(page.address("/train/health"));
      browser.until("window.trainingHealth && trainingHealth.data");

      choose(browser, well);
      assertThat(browser.text("verdict"))
          .contains("Other workers: …" + ill.substring(ill.lastIndexOf("thread_")) + " (")
          .contains("No problem found");
      browser.evaluate("document.querySelector('#verdict .worker').click()");
      browser.until("trainingHealth.data.worker === '" + ill + "'");
      assertThat(browser.text("verdict")).doesNotContain("Other workers");
      assertThat(browser.evaluate("new URLSearchParams(location.search).get('worker')"))
          .isEqualTo(ill);
      assertThat(browser.evaluate("document.getElementById('workerSelect').value")).isEqualTo(ill);
      browser.evaluate("document.querySelector('.diagnosis .pick').click()");
      browser.until("document.querySelector('#detail .remedies > li')");
      assertThat(browser.text("detail")).contains("row 3");
      assertThat(browser.consoleErrors()).isEmpty();
      browser.open("about:blank"); // it would ask the stopped server
    } finally {
      page.stop();
    }
  }
}
