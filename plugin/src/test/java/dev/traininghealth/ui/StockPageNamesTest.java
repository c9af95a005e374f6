package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.Networks;
import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.browser.Browser;
import dev.traininghealth.browser.BrowserExtension;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A layer and a session with names that DL4J's own pages would take for markup and a path. */
@Tag("browser")
final class StockPageNamesTest {
  @RegisterExtension static final BrowserExtension BROWSER = new BrowserExtension();

  private static final String MARKUP = "<img src=x onerror=window.xss=1>";
  private static final String SESSION = "a/" + MARKUP;

  @Test
  void shouldShowNamesAsTextOnStockPagesAndKeepTheirLinks() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    ServedPage page = ServedPage.multiSession(null);
    try (TrainingHealthListener listener =
        TrainingHealthListener.builder(storage).sessionId(SESSION).build()) {
      ComputationGraph graph = graph();
      graph.setListeners(listener);
      graph.fit(Networks.MLP.data(DataType.FLOAT).get(0));
      listener.flush();
      page.attach(storage);
      Browser browser = BROWSER.browser();

      browser.open(page.address("/train"));
      browser.evaluate("document.querySelector('a').click()");
      browser.until("document.querySelector('a.nav-link[href=health]')");
      assertThat(browser.evaluate("location.pathname")).asString().endsWith("/overview");
      browser.evaluate("document.querySelector('a.nav-link[href=model]').click()");
      browser.until("window.cy && cy.nodes().length === 3");
      browser.evaluate(
          "setSelectedVertex(cy.nodes().filter(n => n.data('name').includes('img'))[0].id())");
      browser.evaluate("renderModelPage(false)");
      browser.until("document.querySelectorAll('#layerInfo td').length > 3");
      assertThat(browser.evaluate("document.getElementById('layerInfo').textContent"))
          .asString()
          .contains(MARKUP);
      assertThat(browser.evaluate("window.xss")).isNull();

      browser.evaluate("document.querySelector('a.nav-link[href=health]').click()");
      browser.until("window.trainingHealth && trainingHealth.data");
      assertThat(browser.evaluate("trainingHealth.data.session")).isEqualTo(SESSION);
      browser.open(page.address(page.path(SESSION, "health")));
      browser.until("window.trainingHealth && trainingHealth.data");
      browser.evaluate("document.querySelector('a.nav-link[href=overview]').click()");
      browser.until("document.getElementById('scoreiterchart')");
      assertThat(browser.evaluate("window.xss")).isNull();
      browser.open("about:blank");
    } finally {
      page.stop();
    }
  }

  private static ComputationGraph graph() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.feedForward(6))
                .addLayer(MARKUP, new DenseLayer.Builder().nOut(5).build(), "in")
                .addLayer("out", new OutputLayer.Builder(LossFunction.MSE).nOut(3).build(), MARKUP)
                .setOutputs("out")
                .build());
    graph.init();
    return graph;
  }
}
