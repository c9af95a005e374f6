package dev.traininghealth.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.browser.Browser;
import dev.traininghealth.browser.BrowserExtension;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.run.TrainingRun;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.ui.VertxUIServer;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.nd4j.linalg.dataset.DataSet;

/** Two workers train on Spark, and one of them gets a minibatch of NaN: what the page shows. */
@Tag("browser")
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SparkPageTest {
  private static final int EPOCHS = 3;
  private static final int POISONED_EPOCH = 1;

  @RegisterExtension static final BrowserExtension BROWSER = new BrowserExtension();

  private final InMemoryStatsStorage storage = new InMemoryStatsStorage();
  private Browser browser;
  private String address;
  private String bad;
  private String good;

  @BeforeAll
  void train() throws Exception {
    browser = BROWSER.browser();
    VertxUIServer server = VertxUIServer.getInstance(0, false, null);
    server.attach(storage);
    address = server.getAddress() + "/train/health";
    List<DataSet> minibatches = new ArrayList<>();
    SparkTraining.split(minibatches);
    try (TrainingHealthListener health =
            TrainingHealthListener.builder(storage)
                .sessionId(UUID.randomUUID().toString())
                .protecting()
                .build();
        JavaSparkContext spark = new JavaSparkContext(SparkTraining.local())) {
      SparkDl4jMultiLayer network =
          new SparkDl4jMultiLayer(spark, SparkTraining.perceptron(), SparkTraining.master());
      network.setListeners(health.sparkRouter(), health);
      for (int epoch = 0; epoch < EPOCHS; epoch++) {
        List<DataSet> data =
            epoch == POISONED_EPOCH ? SparkTraining.withOneOfNaN(minibatches) : minibatches;
        network.fit(spark.parallelize(data, SparkTraining.WORKERS));
      }
      bad = worker(health, true);
      good = worker(health, false);
    }
  }

  @AfterAll
  void stop() throws Exception {
    browser.open("about:blank"); // it would ask the stopped server
    VertxUIServer.stopInstance();
  }

  private static String worker(TrainingHealthListener health, boolean hasSkipped) {
    return health.runs().stream()
        .filter(run -> run.summary().interventions().containsKey(Kind.SKIP) == hasSkipped)
        .map(TrainingRun::workerId)
        .findAny()
        .orElseThrow();
  }

  @BeforeEach
  void open() {
    browser.open(address);
    browser.until("window.trainingHealth && trainingHealth.data");
  }

  private void choose(String worker) {
    browser.choose("workerSelect", worker);
    browser.until("trainingHealth.data.worker === '" + worker + "'");
  }

  @AfterEach
  void shouldHaveNoErrorAndAskNobodyElse() {
    assertThat(browser.consoleErrors()).as("errors on the console").isEmpty();
    assertThat(browser.requestedHosts()).as("hosts asked").containsOnly("localhost");
  }

  @Test
  void shouldNameTheWorkerThatSkippedAStepBesideAGoodOne() {
    choose(good);

    assertThat(browser.text("verdict"))
        .contains("Too early to tell", "Protected", "No problem found yet")
        .contains("Other workers: " + bad + " (steps skipped: 1)");
    assertThat(browser.text("interventions")).contains("nothing had to be done so far");
  }

  @Test
  void shouldListTheSkipOfTheWorkerAndItsOrigin() {
    choose(bad);

    assertThat(browser.text("verdict"))
        .contains("6.67 % of the minibatches of the last 15 iterations were unusable and skipped")
        .contains("Protection has acted: steps skipped: 1")
        .doesNotContain("Other workers");
    assertThat(browser.text("interventions"))
        .containsOnlyOnce("Step skipped")
        .contains("applied", "Gradient norm NaN → no update");
    assertThat(browser.text("diagnoses")).contains("NaN or Infinity");
    browser.evaluate("document.querySelector('.diagnosis .pick').click()");
    browser.until("document.querySelector('#detail .remedies > li')");
    assertThat(browser.text("detail"))
        .contains("Features of the minibatch", "in row 7 (counted from 0)");
  }
}
