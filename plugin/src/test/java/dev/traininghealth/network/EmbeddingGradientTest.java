package dev.traininghealth.network;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.traininghealth.array.ArrayBinding;
import dev.traininghealth.array.MeasuredArray.Moments;
import java.lang.reflect.Proxy;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Norms of embeddings' gradients against plain sums over all elements. */
class EmbeddingGradientTest {
  private static final int WORDS = 8192;
  private static final int UNITS = 8;
  private static final int MINIBATCH = 8;
  private static final int STEPS = 6;
  private static final int CLASSES = 3;
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
        of("graph", EmbeddingGradientTest::graph, column(DataType.FLOAT)));
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
        of("preprocessor of other code", EmbeddingGradientTest::shifted, column(DataType.FLOAT)));
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
    Checked checked = train(network.create(), data);
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
    Checked[] checked = {new Checked("one_W"), new Checked("two_W"), new Checked("three_W")};
    graph.setListeners(checked);
    for (int i = 0; i < FITS; i++) {
      graph.fit(
          new MultiDataSet(
              new INDArray[] {indices(MINIBATCH, 1), indices(MINIBATCH, 1).addi(50)},
              new INDArray[] {labels(MINIBATCH)}));
    }
    for (Checked one : checked) {
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
    Checked checked = new Checked("0_W");
    TrainingListener foreign =
        (TrainingListener)
            Proxy.newProxyInstance(
                TrainingListener.class.getClassLoader(),
                new Class<?>[] {TrainingListener.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("onBackwardPass")) {
                    gradient((Model) arguments[0], "0_W").putScalar(WORDS - 1, 2, 1e3);
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
    Checked checked = new Checked("0_W");
    checked.isExact = false;
    net.setListeners(checked.before(model -> gradient(model, "0_W").putScalar(WORDS - 1, 2, 1e3)));
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
    Checked checked = new Checked("0_W");
    checked.verifies = true;
    net.setListeners(checked);
    for (int i = 0; i < FITS; i++) {
      net.fit(column(DataType.FLOAT));
    }
    assertThat(checked.byRows).isEqualTo(FITS);
  }

  private static Checked train(Model model, DataSet data) {
    Checked checked = new Checked(model instanceof MultiLayerNetwork ? "0_W" : "words_W");
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

  private static INDArray gradient(Model model, String key) {
    return requireNonNull(model.gradient().gradientForVariable().get(key));
  }

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder().seed(42).updater(new Adam(0.01));
  }

  private static EmbeddingLayer.Builder embedding() {
    return new EmbeddingLayer.Builder().nIn(WORDS).nOut(UNITS).activation(Activation.TANH);
  }

  private static OutputLayer output(int inputs) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(inputs)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static MultiLayerNetwork layered(
      NeuralNetConfiguration.Builder base, EmbeddingLayer.Builder embedding) {
    return initialized(
        base.list().layer(embedding.nIn(WORDS).nOut(UNITS).build()).layer(output(UNITS)));
  }

  private static MultiLayerNetwork initialized(ListBuilder builder) {
    MultiLayerNetwork net = new MultiLayerNetwork(builder.build());
    net.init();
    return net;
  }

  private static MultiLayerNetwork sequence(RNNFormat format) {
    return initialized(
        base()
            .list()
            .layer(
                new EmbeddingSequenceLayer.Builder()
                    .nIn(WORDS)
                    .nOut(UNITS)
                    .inferInputLength(true)
                    .outputDataFormat(format)
                    .build())
            .layer(new LSTM.Builder().nIn(UNITS).nOut(UNITS).dataFormat(format).build())
            .layer(
                new GlobalPoolingLayer.Builder()
                    .poolingDimensions(format == RNNFormat.NCW ? 2 : 1)
                    .build())
            .layer(output(UNITS)));
  }

  private static MultiLayerNetwork series(boolean truncated) {
    ListBuilder builder =
        base()
            .list()
            .layer(embedding().build())
            .layer(new LSTM.Builder().nIn(UNITS).nOut(UNITS).build())
            .layer(
                new RnnOutputLayer.Builder(LossFunction.MCXENT)
                    .dataFormat(RNNFormat.NCW)
                    .nIn(UNITS)
                    .nOut(CLASSES)
                    .activation(Activation.SOFTMAX)
                    .build())
            .inputPreProcessor(0, new RnnToFeedForwardPreProcessor())
            .inputPreProcessor(1, new FeedForwardToRnnPreProcessor());
    if (truncated) {
      builder.backpropType(BackpropType.TruncatedBPTT).tBPTTLength(STEPS / 2);
    }
    return initialized(builder);
  }

  private static MultiLayerNetwork shifted() {
    return initialized(
        base()
            .list()
            .layer(embedding().build())
            .layer(output(UNITS))
            .inputPreProcessor(0, new ShiftedIndices()));
  }

  private static ComputationGraph graph() {
    ComputationGraph graph =
        new ComputationGraph(
            base()
                .graphBuilder()
                .addInputs("input")
                .addLayer("words", embedding().build(), "input")
                .addLayer("output", output(UNITS), "words")
                .setOutputs("output")
                .build());
    graph.init();
    return graph;
  }

  private static INDArray indices(long... shape) {
    INDArray indices = Nd4j.zeros(DataType.FLOAT, shape);
    Random random = new Random(5);
    for (long i = 0; i < indices.length(); i++) {
      indices.putScalar(i, random.nextInt(WORDS / 4));
    }
    return indices;
  }

  private static DataSet column(DataType type) {
    INDArray labels = labels(MINIBATCH);
    return new DataSet(
        indices(MINIBATCH, 1).castTo(type), type.isFPType() ? labels.castTo(type) : labels);
  }

  private static DataSet sequence3() {
    return labeled(indices(MINIBATCH, 1, STEPS));
  }

  private static DataSet labeled(INDArray features) {
    return new DataSet(features, labels((int) features.size(0)));
  }

  private static DataSet nextWords() {
    INDArray labels = Nd4j.zeros(MINIBATCH, CLASSES, STEPS);
    for (int i = 0; i < MINIBATCH; i++) {
      for (int step = 0; step < STEPS; step++) {
        labels.putScalar(i, (i + step) % CLASSES, step, 1);
      }
    }
    return new DataSet(indices(MINIBATCH, 1, STEPS), labels);
  }

  private static DataSet part(DataSet data) {
    INDArray twice = Nd4j.concat(0, indices(MINIBATCH, 1, STEPS).addi(99), data.getFeatures());
    data.setFeatures(
        twice.get(
            NDArrayIndex.interval(MINIBATCH, 2 * MINIBATCH),
            NDArrayIndex.all(),
            NDArrayIndex.all()));
    return data;
  }

  private static DataSet masked(DataSet data) {
    INDArray mask = Nd4j.ones(MINIBATCH, STEPS);
    mask.putScalar(0, STEPS - 1, 0);
    mask.putScalar(3, STEPS - 1, 0);
    data.setFeaturesMaskArray(mask);
    if (data.getLabels().rank() == 3) {
      data.setLabelsMaskArray(mask.dup());
    }
    return data;
  }

  private static INDArray labels(int examples) {
    INDArray labels = Nd4j.zeros(examples, CLASSES);
    for (int i = 0; i < examples; i++) {
      labels.putScalar(i, i % CLASSES, 1);
    }
    return labels;
  }

  /** Reads other rows than those of the features. */
  private static final class ShiftedIndices extends RnnToFeedForwardPreProcessor {
    private static final long serialVersionUID = 1;

    @Override
    public INDArray preProcess(INDArray input, int size, LayerWorkspaceMgr workspaces) {
      return input.add(1000);
    }

    @Override
    public INDArray backprop(INDArray epsilon, int size, LayerWorkspaceMgr workspaces) {
      return epsilon;
    }
  }

  /** Compares the norm at each gradient with a plain sum. */
  private static final class Checked extends BaseTrainingListener {
    final String key;
    @Nullable EmbeddingGradient gradient;
    Consumer<Model> before = model -> {};
    boolean isExact = true;
    boolean verifies;
    int iterations;
    int byRows;

    Checked(String key) {
      this.key = key;
    }

    Checked before(Consumer<Model> action) {
      before = action;
      return this;
    }

    @Override
    public void onGradientCalculation(Model model) {
      before.accept(model);
      iterations++;
      INDArray array = gradient(model, key);
      if (gradient == null) {
        int layer = model instanceof ComputationGraph graph ? index(graph) : 0;
        gradient =
            EmbeddingGradient.of(
                Network.of(model), layer, "W", array, ArrayBinding.ofBackend().bind(array));
      }
      if (gradient == null) {
        return;
      }
      double norm = gradient.norm2();
      byRows += gradient.isReadByRows() ? 1 : 0;
      if (isExact) {
        check(array, norm);
      }
      if (verifies) {
        gradient.verify();
      }
    }

    private int index(ComputationGraph graph) {
      String name = key.substring(0, key.indexOf('_'));
      for (int i = 0; i < graph.getLayers().length; i++) {
        if (graph.getLayers()[i].conf().getLayer().getLayerName().equals(name)) {
          return i;
        }
      }
      throw new AssertionError(name);
    }

    private void check(INDArray array, double norm) {
      double sum = 0;
      double squares = 0;
      for (double x : array.castTo(DataType.DOUBLE).dup('c').reshape(-1).toDoubleVector()) {
        sum += x;
        squares += x * x;
      }
      if (Double.isNaN(squares)) {
        assertThat(norm).isNaN();
        return;
      }
      assertThat(squares).as("a gradient").isPositive();
      assertThat(norm).isCloseTo(Math.sqrt(squares), withPercentage(1e-4));
      if (requireNonNull(gradient).isReadByRows()) {
        Moments moments = new Moments();
        gradient.moments(moments);
        double n = (double) array.length();
        double mean = sum / n;
        assertThat(moments.mean()).isCloseTo(mean, within(1e-9));
        assertThat(moments.standardDeviation())
            .isCloseTo(Math.sqrt((squares - n * mean * mean) / (n - 1)), withPercentage(1e-4));
      }
    }
  }
}
