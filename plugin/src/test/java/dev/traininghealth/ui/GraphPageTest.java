package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.Networks;
import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.browser.Browser;
import dev.traininghealth.browser.BrowserExtension;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
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

/** A graph has branches: its layers are shown by depth, not as a chain. */
@Tag("browser")
final class GraphPageTest {
  @RegisterExtension static final BrowserExtension BROWSER = new BrowserExtension();

  @Test
  void shouldShowLayersByDepth() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    ServedPage page = ServedPage.singleSession();
    try (TrainingHealthListener listener =
        TrainingHealthListener.builder(storage).sessionId("graph").build()) {
      ComputationGraph graph = twoBranches();
      graph.setListeners(listener);
      for (int i = 0; i < 30; i++) {
        graph.fit(Networks.MLP.data(DataType.FLOAT).get(0));
      }
      listener.flush();
      page.attach(storage);
      Browser browser = BROWSER.browser();
      browser.open(page.address(page.path("graph", "health")));
      browser.until("window.trainingHealth && trainingHealth.data");

      assertThat(browser.evaluate("trainingHealth.data.run.layers.map(l => l.name)"))
          .as("DL4J's order")
          .isEqualTo(List.of("first", "second", "third", "skip", "out"));
      assertThat(
              browser.evaluate(
                  "[0, 1, 2, 3, 4].map(trainingHealth.charts.profile.getOption().yAxis[0].axisLabel"
                      + ".formatter)"))
          .isEqualTo(List.of("first", "skip", "second", "third", "out"));
      assertThat(
              browser.evaluate(
                  "trainingHealth.charts.profile.getOption().series[2].data.map(d => d[1])"))
          .as("rows of the line: one point for both layers of the first depth")
          .asString()
          .matches("\\[0\\.5, 2(\\.0)?, 3(\\.0)?, 4(\\.0)?]");
      shouldShowTheBranches(browser);
      assertThat(browser.consoleErrors()).isEmpty();
    } finally {
      page.stop();
    }
  }

  /** The graph as it was built: each connection is a line, and "skip" is beside the others. */
  private static void shouldShowTheBranches(Browser browser) {
    browser.until("document.querySelectorAll('#network path').length === 7");
    assertThat(
            browser.evaluate(
                "Array.from(document.querySelectorAll('#network .graph .shrinking'),"
                    + " e => e.textContent)"))
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .containsExactlyInAnyOrder("in", "first", "second", "third", "skip", "sum", "out");
    assertThat(
            browser.evaluate(
                "[...document.querySelectorAll('#network [data-layer]')].filter(a =>"
                    + " [...document.querySelectorAll('#network .layer, #network .vertex')].some("
                    + "b => a !== b && a.offsetTop === b.offsetTop"
                    + " && Math.abs(a.offsetLeft - b.offsetLeft) < a.offsetWidth)).length"))
        .as("layers that overlap")
        .isEqualTo(0L);
    browser.evaluate("document.querySelector('#network [data-layer=\"3\"]').click()");
    browser.until("document.querySelector('#detail-norms canvas')");
    assertThat(browser.evaluate("document.querySelector('#detail h2').textContent"))
        .isEqualTo("layer skip");
  }

  private static ComputationGraph twoBranches() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.feedForward(6))
                .addLayer("first", new DenseLayer.Builder().nOut(5).build(), "in")
                .addLayer("second", new DenseLayer.Builder().nOut(5).build(), "first")
                .addLayer("third", new DenseLayer.Builder().nOut(5).build(), "second")
                .addLayer("skip", new DenseLayer.Builder().nOut(5).build(), "in")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "third", "skip")
                .addLayer("out", new OutputLayer.Builder(LossFunction.MSE).nOut(3).build(), "sum")
                .setOutputs("out")
                .build());
    graph.init();
    return graph;
  }
}
