package dev.traininghealth.network;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traininghealth.NetworkBits;
import dev.traininghealth.Networks;
import dev.traininghealth.numbers.NetworkLayout;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Both kinds of network answer alike. */
class NetworkTest {
  private static final DataSet DATA = Networks.MLP.data(DataType.FLOAT).get(0);

  private static Model model(Networks kind, boolean asGraph) {
    MultiLayerNetwork net = kind.create(new Adam(0.01), DataType.FLOAT);
    return asGraph ? NetworkBits.graph(net) : net;
  }

  /** Reads the minibatch when the gradient is known. */
  private static final class Reading extends BaseTrainingListener {
    private final Network network;
    private final boolean remembering;
    private @Nullable Minibatch minibatch;

    Reading(Network network, boolean remembering) {
      this.network = network;
      this.remembering = remembering;
      network.model().setListeners(this);
    }

    @Override
    public void onBackwardPass(Model model) {
      if (remembering) {
        network.rememberLabels();
      }
    }

    @Override
    public void onGradientCalculation(Model model) {
      minibatch = network.minibatch();
    }

    Minibatch minibatch() {
      return requireNonNull(minibatch);
    }
  }

  @Test
  void shouldRefuseALayer() {
    Layer layer = Networks.MLP.create(new Adam(0.01), DataType.FLOAT).getLayer(0);
    assertThat(Network.isSupported(layer)).isFalse();
    assertThatThrownBy(() -> Network.of(layer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(layer.getClass().getName())
        .hasMessageContaining("attach the listener to the whole network");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldNameEveryParameterByItsLayersPrefix(boolean asGraph) {
    Model model = model(Networks.LENET, asGraph);
    Network network = Network.of(model);
    assertThat(Network.isSupported(model)).isTrue();
    Map<String, INDArray> parameters = model.paramTable();
    int found = 0;
    for (int i = 0; i < network.layers().length; i++) {
      for (String name : network.layers()[i].paramTable().keySet()) {
        assertThat(parameters).containsKey(network.keyPrefix(i) + "_" + name);
        found++;
      }
    }
    assertThat(found).isEqualTo(parameters.size());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldWriteTheConfigurationAsItWasWhenAskedFor(boolean asGraph) {
    for (Networks kind : Networks.values()) {
      Model model = model(kind, asGraph);
      Network network = Network.of(model);
      change(network, 0.25, 7);
      String before = json(network);
      Supplier<String> later = network.configurationJson();
      change(network, 0.125, 9);
      assertThat(json(network)).as(kind.name()).contains("0.125").isNotEqualTo(before);
      assertThat(later.get()).as(kind.name()).isEqualTo(before);
    }
  }

  private static void change(Network network, double learningRate, int iteration) {
    network.byKind(
        net -> {
          net.setLearningRate(learningRate);
          net.getLayerWiseConfigurations().setIterationCount(iteration);
          return net;
        },
        graph -> {
          graph.setLearningRate(learningRate);
          graph.getConfiguration().setIterationCount(iteration);
          return graph;
        });
  }

  private static String json(Network network) {
    return network.byKind(
        net -> net.getLayerWiseConfigurations().toJson(),
        graph -> graph.getConfiguration().toJson());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldCountTheLayersOfAChain(boolean asGraph) {
    assertThat(Network.of(model(Networks.LENET, asGraph)).depths()).containsExactly(0, 1, 2, 3, 4);
  }

  /** Two inputs, a skip connection, and a merge of branches of unequal length. */
  @Test
  void shouldCountTheLayersOnTheLongestPath() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("a", "b")
                .setInputTypes(InputType.feedForward(3), InputType.feedForward(2))
                .addLayer("short", new DenseLayer.Builder().nOut(4).build(), "b")
                .addLayer("a1", new DenseLayer.Builder().nOut(4).build(), "a")
                .addLayer("a2", new DenseLayer.Builder().nOut(4).build(), "a1")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a1", "a2")
                .addVertex("merge", new MergeVertex(), "sum", "short")
                .addLayer("out", new OutputLayer.Builder(LossFunction.MSE).nOut(2).build(), "merge")
                .setOutputs("out")
                .build());
    graph.init();
    Network network = Network.of(graph);
    Map<String, Integer> depths = new HashMap<>();
    for (int i = 0; i < network.layers().length; i++) {
      depths.put(network.keyPrefix(i), network.depths()[i]);
    }
    assertThat(depths).isEqualTo(Map.of("short", 0, "a1", 0, "a2", 1, "out", 2));
    shouldSayHowItIsConnected(network);
  }

  private static void shouldSayHowItIsConnected(Network network) {
    List<NetworkLayout.Vertex> vertices = network.vertices();
    Map<String, List<String>> inputs = new HashMap<>();
    for (NetworkLayout.Vertex vertex : vertices) {
      inputs.put(vertex.name(), vertex.inputs().stream().map(i -> vertices.get(i).name()).toList());
      assertThat(vertex.layer() < 0 ? "" : network.keyPrefix(vertex.layer()))
          .isIn("", vertex.name());
      assertThat(vertex.inputs()).allSatisfy(i -> assertThat(i).isLessThan(inputs.size() - 1));
    }
    assertThat(inputs)
        .isEqualTo(
            Map.of(
                "a", List.of(),
                "b", List.of(),
                "short", List.of("b"),
                "a1", List.of("a"),
                "a2", List.of("a1"),
                "sum", List.of("a1", "a2"),
                "merge", List.of("sum", "short"),
                "out", List.of("merge")));
    assertThat(vertices.stream().filter(v -> v.layer() >= 0)).hasSize(4);
  }

  @Test
  void shouldHaveNoVerticesInAChain() {
    assertThat(Network.of(model(Networks.LENET, false)).vertices()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldReadTheMinibatch(boolean asGraph) {
    Model model = model(Networks.MLP, asGraph);
    Reading reading = new Reading(Network.of(model), true);
    NetworkBits.fit(model, DATA);
    assertThat(reading.minibatch().isComplete()).isTrue();
    assertThat(reading.minibatch().firstFeatures()).isEqualTo(DATA.getFeatures());
    assertThat(reading.minibatch().firstLabels()).isEqualTo(DATA.getLabels());
  }

  @Test
  void shouldTellNoLabelsOfAGraphWhoseBackwardPassItHasNotSeen() {
    Model graph = model(Networks.MLP, true);
    Reading reading = new Reading(Network.of(graph), false);
    NetworkBits.fit(graph, DATA);
    assertThat(reading.minibatch().labels()).isEmpty();
    assertThat(reading.minibatch().isComplete()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldCopyAndFreeWithoutTouchingTheNetwork(boolean asGraph) {
    Model model = model(Networks.MLP, asGraph);
    NetworkBits.fit(model, DATA);
    Network network = Network.of(model);
    INDArray state = requireNonNull(network.updaterState());
    Network copy = network.copy();
    INDArray copied = copy.model().params();
    INDArray copiedState = requireNonNull(copy.updaterState());
    assertThat(copied).isEqualTo(model.params()).isNotSameAs(model.params());
    assertThat(copiedState).isEqualTo(state).isNotSameAs(state);

    copy.release();

    assertThat(List.of(copied, copiedState)).allMatch(INDArray::wasClosed);
    assertThat(List.of(model.params(), state)).noneMatch(INDArray::wasClosed);
    NetworkBits.fit(model, DATA);
    assertThat(network.iterationCount()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldReadANetworkThatWasWritten(boolean asGraph) throws IOException {
    Model model = model(Networks.LENET, asGraph);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ModelSerializer.writeModel(model, file, true);

    Network restored =
        Network.restore(
            model.getClass().getSimpleName(), new ByteArrayInputStream(file.toByteArray()));
    restored.setCounts(7, 2);

    assertThat(restored.model()).hasSameClassAs(model);
    assertThat(restored.model().params()).isEqualTo(model.params());
    assertThat(restored.iterationCount()).isEqualTo(7);
    assertThat(restored.epochCount()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldMakeTheGradientsArrayOnce(boolean asGraph) {
    Model model = model(Networks.MLP, asGraph);
    assertThat(model.getGradientsViewArray()).isNull();
    Network.of(model).prepareGradient();
    INDArray gradient = model.getGradientsViewArray();
    assertThat(gradient.length()).isEqualTo(model.numParams());
    Network.of(model).prepareGradient();
    assertThat(model.getGradientsViewArray()).isSameAs(gradient);
  }

  @ParameterizedTest
  @EnumSource(
      value = Networks.class,
      names = {"MLP", "LSTM_TRUNCATED"})
  void shouldCarryStateUnderTruncatedBackpropagationAlone(Networks kind) {
    boolean truncated = kind == Networks.LSTM_TRUNCATED;
    for (boolean asGraph : new boolean[] {false, true}) {
      Network network = Network.of(model(kind, asGraph));
      assertThat(network.carriesState()).isEqualTo(truncated);
      assertThat(network.carryingLayers().isEmpty()).isEqualTo(!truncated);
    }
  }
}
