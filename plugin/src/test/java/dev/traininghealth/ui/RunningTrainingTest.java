package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.traininghealth.Networks;
import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.browser.Browser;
import dev.traininghealth.browser.BrowserExtension;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;

/** A real network trains, and all four pages are looked at meanwhile. */
@Tag("browser")
final class RunningTrainingTest {
  @RegisterExtension static final BrowserExtension BROWSER = new BrowserExtension();

  private final InMemoryStatsStorage storage = new InMemoryStatsStorage();
  private final TrainingHealthListener listener =
      TrainingHealthListener.builder(storage).sessionId("running").build();
  private final MultiLayerNetwork net = Networks.MLP.create(new Sgd(0.05), DataType.FLOAT);
  private final Truth truth = new Truth();
  private final List<DataSet> data = Networks.MLP.data(DataType.FLOAT);

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldFillAllPagesWhileItTrains(boolean multiSession) throws Exception {
    net.setListeners(truth, listener);
    ServedPage page = multiSession ? ServedPage.multiSession(null) : ServedPage.singleSession();
    AtomicBoolean stop = new AtomicBoolean();
    Thread training = new Thread(() -> trainUntil(stop), "training");
    try {
      net.fit(data.get(0));
      listener.flush(); // the server knows a session by its first record
      page.attach(storage);
      training.start();
      Browser browser = BROWSER.browser();

      browser.open("about:blank");
      lookAt(browser, page, "overview", "$('#scoreiterchart').data('plot')");
      browser.until("$('#scoreiterchart').data('plot').getData()[0].data.length > 3");
      browser.until("Object.keys($('#stdevChart').data('plot').getData()).length > 1");
      lookAt(browser, page, "model", "document.querySelectorAll('canvas').length > 0");
      lookAt(browser, page, "system", "document.querySelectorAll('canvas').length > 1");
      lookAt(browser, page, "health", "window.trainingHealth");
      double seen = number(browser, "trainingHealth.data.latest.iteration");
      browser.until("trainingHealth.data.latest.iteration > " + seen);

      stop.set(true);
      training.join();
      listener.flush();
      browser.until("trainingHealth.data.latest.iteration === " + truth.iteration);
      assertThat(
              number(
                  browser,
                  // After 512 iterations, on a slow machine, a point is of several of them.
                  "trainingHealth.data.range.width === 1"
                      + " ? trainingHealth.charts.score.getOption().series[0].data.at(-1).value[1]"
                      + " : trainingHealth.data.latest.SCORE"))
          .isCloseTo(truth.score, within(1e-4 * truth.score));
      boolean single =
          Boolean.TRUE.equals(browser.evaluate("trainingHealth.data.range.width === 1"));
      for (int layer = 0; single && layer < 3; layer++) {
        double decades =
            number(
                browser,
                "trainingHealth.charts.profile.getOption().series[1].data[" + layer + "][0]");
        assertThat(decades).isCloseTo(Math.log10(truth.gradientNorm[layer]), within(2e-3));
      }

      data.get(0).getFeatures().putScalar(0, Float.NaN);
      net.fit(data.get(0));
      listener.flush();
      browser.until("trainingHealth.data.latest.iteration === " + truth.iteration);
      assertThat(browser.evaluate("document.querySelector('[data-field=score]').textContent"))
          .isEqualTo("NaN");
      lookAt(browser, page, "overview", "$('#scoreiterchart').data('plot')");
      List<?> points =
          (List<?>)
              Objects.requireNonNull(
                  browser.evaluate("$('#scoreiterchart').data('plot').getData()[0].data"));
      assertThat(points)
          .as("scores drawn on the Overview")
          .allSatisfy(p -> assertThat(((Number) ((List<?>) p).get(1)).doubleValue()).isPositive());
      assertThat(browser.consoleErrors()).isEmpty();
      assertThat(browser.requestedHosts()).containsOnly("localhost");
      browser.open("about:blank");
    } finally {
      stop.set(true);
      training.join();
      page.stop();
      listener.close();
    }
  }

  private static void lookAt(Browser browser, ServedPage page, String name, String drawn) {
    browser.open(page.address(page.path("running", name)));
    browser.until("document.querySelector('a.nav-link[href=health]')");
    browser.until(drawn);
  }

  private static double number(Browser browser, String expression) {
    return ((Number) Objects.requireNonNull(browser.evaluate(expression), expression))
        .doubleValue();
  }

  /** Trains without end, at a pace that leaves the browser its share of the machine. */
  private void trainUntil(AtomicBoolean stop) {
    int next = 0;
    while (!stop.get()) {
      net.fit(data.get(next++ % data.size()));
      LockSupport.parkNanos(10_000_000);
    }
  }

  /** Score and gradient norms of the latest iteration, by plain loops. */
  private static final class Truth extends BaseTrainingListener {
    volatile int iteration = -1;
    volatile double score;
    final double[] gradientNorm = new double[3];

    @Override
    public void onGradientCalculation(Model model) {
      for (int layer = 0; layer < 3; layer++) {
        double squares = 0;
        for (String name : new String[] {"W", "b"}) {
          INDArray gradient = model.gradient().getGradientFor(layer + "_" + name);
          for (long i = 0; i < gradient.length(); i++) {
            squares += Math.pow(gradient.getDouble(i) / model.batchSize(), 2);
          }
        }
        gradientNorm[layer] = Math.sqrt(squares);
      }
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      score = model.score();
      this.iteration = iteration;
    }
  }
}
