package dev.traininghealth.network;

import static dev.traininghealth.network.EmbeddingNetworks.CLASSES;
import static dev.traininghealth.network.EmbeddingNetworks.MINIBATCH;
import static dev.traininghealth.network.EmbeddingNetworks.STEPS;
import static dev.traininghealth.network.EmbeddingNetworks.UNITS;
import static dev.traininghealth.network.EmbeddingNetworks.WORDS;
import static dev.traininghealth.network.EmbeddingNetworks.base;
import static dev.traininghealth.network.EmbeddingNetworks.column;
import static dev.traininghealth.network.EmbeddingNetworks.embedding;
import static dev.traininghealth.network.EmbeddingNetworks.indices;
import static dev.traininghealth.network.EmbeddingNetworks.initialized;
import static dev.traininghealth.network.EmbeddingNetworks.labeled;
import static dev.traininghealth.network.EmbeddingNetworks.labels;
import static dev.traininghealth.network.EmbeddingNetworks.layered;
import static dev.traininghealth.network.EmbeddingNetworks.masked;
import static dev.traininghealth.network.EmbeddingNetworks.nextWords;
import static dev.traininghealth.network.EmbeddingNetworks.output;
import static dev.traininghealth.network.EmbeddingNetworks.part;
import static dev.traininghealth.network.EmbeddingNetworks.sequence;
import static dev.traininghealth.network.EmbeddingNetworks.sequence3;
import static dev.traininghealth.network.EmbeddingNetworks.series;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Norms of embeddings' gradients against plain sums over all elements. */
class EmbeddingGradientTest {
  private static final int FITS = 3;

  static Stream<Arguments> byRows() {
    return Stream.of(
        of("column", () -> layered(base(), embedding()), column(DataType.FLOAT)),
        of("of integers", () -> layered(base(), embedding()), column(DataType.INT32)),
        of("of long integers", () -> layered(base(), embedding()), column(DataType.INT64)),
        of(
            "one index",
            () -> layered(base(), embedding()),
            labeled(Nd4j.valueArrayOf(MINIBATCH, 1, 7.0))),
        of(
            "first and last row",
            () -> layered(base(), embedding()),
            labeled(Nd4j.createFromArray(0f, WORDS - 1f).reshape(2, 1))),
        of(
            "with bias",
            () -> layered(base(), new EmbeddingLayer.Builder().hasBias(true)),
            column(DataType.FLOAT)),
        of(
            "double",
            () -> layered(base().dataType(DataType.DOUBLE), embedding()),
            column(DataType.DOUBLE)),
        of(
            "without workspaces",
            () ->
                layered(
                    base()
                        .trainingWorkspaceMode(WorkspaceMode.NONE)
                        .inferenceWorkspaceMode(WorkspaceMode.NONE),
                    embedding()),
            column(DataType.FLOAT)),
        of(
            "regularized, clipped, with noise",
            () ->
                layered(
                    base()
                        .l2(0.1)
                        .weightNoise(new DropConnect(0.5))
                        .gradientNormalization(GradientNormalization.ClipL2PerLayer),
                    embedding()),
            column(DataType.FLOAT)),
        of(
            "not finite",
            () -> layered(base(), embedding()),
            new DataSet(indices(MINIBATCH, 1), Nd4j.valueArrayOf(MINIBATCH, CLASSES, Double.NaN))),
        of("sequence", () -> sequence(RNNFormat.NCW), labeled(indices(MINIBATCH, STEPS))),
        of("sequence of three dimensions", () -> sequence(RNNFormat.NCW), sequence3()),
        of("sequence with units last", () -> sequence(RNNFormat.NWC), sequence3()),
        of("sequence with mask", () -> sequence(RNNFormat.NCW), masked(sequence3())),
        of("series", () -> series(false), nextWords()),
        of("series with masks", () -> series(false), masked(nextWords())),
        of("truncated series", () -> series(true), nextWords()),
        of("truncated series in a part of an array", () -> series(true), part(nextWords())),
        of(
            "column of an array",
            () -> layered(base(), embedding()),
            labeled(
                indices(2 * MINIBATCH, 3)
                    .get(
                        NDArrayIndex.interval(MINIBATCH, 2 * MINIBATCH),
                        NDArrayIndex.interval(1, 2)))),
        of("graph", EmbeddingNetworks::graph, column(DataType.FLOAT)));
  }

  static Stream<Arguments> whole() {
    return Stream.of(
        of(
            "half",
            () -> layered(base().dataType(DataType.FLOAT16), embedding()),
            column(DataType.FLOAT16)),
        of(
            "too many indices",
            () -> layered(base(), embedding()),
            new DataSet(indices(600, 1), labels(600))),
        of(
            "too many rows",
            () -> layered(base(), embedding()),
            new DataSet(indices(200, 1), labels(200))),
        of("preprocessor of other code", EmbeddingNetworks::shifted, column(DataType.FLOAT)));
  }

  private interface NetworkSource {
    Model create();
  }

  private static Arguments of(String name, NetworkSource network, DataSet data) {
    return Arguments.of(name, network, data);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("byRows")
  void shouldReadTheRowsOnly(String name, NetworkSource network, DataSet data) {
    CheckedGradient checked = train(network.create(), data);
    assertThat(checked.iterations).isGreaterThanOrEqualTo(FITS);
    assertThat(checked.byRows).isEqualTo(checked.iterations);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("whole")
  void shouldReadAllIfTheRowsAreNotKnown(String name, NetworkSource network, DataSet data) {
    assertThat(train(network.create(), data).byRows).isZero();
  }

  @Test
  void shouldReadEachEmbeddingOfAGraphByItsOwnInput() {
    GraphBuilder builder =
        base()
            .graphBuilder()
            .addInputs("a", "b")
            .addLayer("one", embedding().build(), "b")
            .addLayer("two", embedding().build(), "a")
            .addLayer("three", embedding().build(), "b")
            .addVertex("all", new MergeVertex(), "one", "two", "three")
            .addLayer("output", output(3 * UNITS), "all")
            .setOutputs("output");
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init();
    CheckedGradient[] checked = {
      new CheckedGradient("one_W"), new CheckedGradient("two_W"), new CheckedGradient("three_W")
    };
    graph.setListeners(checked);
    for (int i = 0; i < FITS; i++) {
      graph.fit(
          new MultiDataSet(
              new INDArray[] {indices(MINIBATCH, 1), indices(MINIBATCH, 1).addi(50)},
              new INDArray[] {labels(MINIBATCH)}));
    }
    for (CheckedGradient one : checked) {
      assertThat(one.byRows).isEqualTo(FITS);
    }
  }

  /** DL4J cannot train such a graph at present. */
  @Test
  void shouldNotReadRowsBehindAVertex() {
    ComputationGraph graph =
        new ComputationGraph(
            base()
                .graphBuilder()
                .addInputs("input")
                .addVertex("scaled", new ScaleVertex(2), "input")
                .addLayer("words", embedding().build(), "scaled")
                .addLayer("output", output(UNITS), "words")
                .setOutputs("output")
                .build());
    graph.init();
    assertThat(Network.of(graph).indexInput(0)).isEqualTo(-1);
  }

  @Test
  void shouldNotReadRowsOfAFrozenLayer() {
    MultiLayerNetwork net =
        initialized(base().list().layer(new FrozenLayer(embedding().build())).layer(output(UNITS)));
    assertThat(Network.of(net).indexInput(0)).isEqualTo(-1);
  }

  /** A listener of other code may write anywhere, so that the rows cannot be relied on. */
  @Test
  void shouldReadAllBesideAListenerOfOtherCode() {
    MultiLayerNetwork net = layered(base(), embedding());
    CheckedGradient checked = new CheckedGradient("0_W");
    TrainingListener foreign =
        (TrainingListener)
            Proxy.newProxyInstance(
                TrainingListener.class.getClassLoader(),
                new Class<?>[] {TrainingListener.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("onBackwardPass")) {
                    CheckedGradient.gradient((Model) arguments[0], "0_W")
                        .putScalar(WORDS - 1, 2, 1e3);
                  }
                  return null;
                });
    DataSet data = column(DataType.FLOAT);
    net.setListeners(checked);
    net.fit(data);
    assertThat(checked.byRows).isEqualTo(1);
    net.setListeners(foreign, checked);
    net.fit(data);
    assertThat(checked.byRows).isEqualTo(1);
    net.setListeners(checked);
    net.fit(data);
    assertThat(checked.byRows).isEqualTo(2);
  }

  @Test
  void shouldReadAllOnceTheRowsDoNotHoldTheWholeGradient() {
    MultiLayerNetwork net = layered(base(), embedding());
    DataSet data = column(DataType.FLOAT);
    CheckedGradient checked = new CheckedGradient("0_W");
    checked.isExact = false;
    net.setListeners(
        checked.before(
            model -> CheckedGradient.gradient(model, "0_W").putScalar(WORDS - 1, 2, 1e3)));
    net.fit(data);
    assertThat(checked.byRows).isEqualTo(1);
    EmbeddingGradient gradient = requireNonNull(checked.gradient);
    gradient.verify();
    assertThat(gradient.isReadByRows()).isFalse();
    checked.isExact = true;
    net.fit(data);
    assertThat(checked.byRows).isEqualTo(1);
  }

  @Test
  void shouldKeepReadingRowsThatHoldTheWholeGradient() {
    MultiLayerNetwork net = layered(base(), embedding());
    CheckedGradient checked = new CheckedGradient("0_W");
    checked.verifies = true;
    net.setListeners(checked);
    for (int i = 0; i < FITS; i++) {
      net.fit(column(DataType.FLOAT));
    }
    assertThat(checked.byRows).isEqualTo(FITS);
  }

  private static CheckedGradient train(Model model, DataSet data) {
    CheckedGradient checked =
        new CheckedGradient(model instanceof MultiLayerNetwork ? "0_W" : "words_W");
    model.setListeners(checked);
    for (int i = 0; i < FITS; i++) {
      if (model instanceof MultiLayerNetwork net) {
        net.fit(data);
      } else {
        ((ComputationGraph) model).fit(data);
      }
    }
    return checked;
  }
}
