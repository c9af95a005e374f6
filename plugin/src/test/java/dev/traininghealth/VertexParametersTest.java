package dev.traininghealth;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SDVertexParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Vertices of a graph with parameters of their own are watched and protected like layers. */
class VertexParametersTest {
  private static final int STEPS = 5;

  private enum Vertex {
    ATTENTION {
      @Override
      GraphVertex create() {
        return new AttentionVertex.Builder()
            .nInKeys(6)
            .nInQueries(6)
            .nInValues(6)
            .nOut(6)
            .nHeads(2)
            .projectInput(true)
            .build();
      }

      @Override
      String weight() {
        return "vertex_Wq";
      }
    },

    SAME_DIFF {
      @Override
      GraphVertex create() {
        return new Scaling();
      }

      @Override
      String weight() {
        return "vertex_scale";
      }
    };

    abstract GraphVertex create();

    /** The key of one of its weights. */
    abstract String weight();

    int inputs() {
      return this == ATTENTION ? 3 : 1;
    }
  }

  /** A user's own vertex: a matrix and a bias. */
  public static final class Scaling extends SameDiffVertex {
    private static final long serialVersionUID = 1;

    @Override
    public GraphVertex clone() {
      return new Scaling();
    }

    @Override
    public SDVariable defineVertex(
        SameDiff sameDiff,
        Map<String, SDVariable> inputs,
        Map<String, SDVariable> parameters,
        Map<String, SDVariable> masks) {
      return requireNonNull(inputs.get("in"))
          .mul(parameters.get("scale"))
          .add(parameters.get("shift"));
    }

    @Override
    public void defineParametersAndInputs(SDVertexParams params) {
      params.defineInputs("in");
      params.addWeightParam("scale", 6, 1);
      params.addBiasParam("shift", 1);
    }

    @Override
    public void initializeParameters(Map<String, INDArray> params) {
      requireNonNull(params.get("scale")).assign(1);
      requireNonNull(params.get("shift")).assign(0);
    }

    @Override
    public org.deeplearning4j.nn.conf.memory.MemoryReport getMemoryReport(InputType... types) {
      throw new UnsupportedOperationException();
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... types) {
      return types[0];
    }
  }

  private static ComputationGraph graph(Vertex kind) {
    String[] inputs = new String[kind.inputs()];
    Arrays.fill(inputs, "lstm");
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Adam(0.01))
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.recurrent(3, STEPS))
                .addLayer("lstm", new LSTM.Builder().nOut(6).build(), "in")
                .addVertex("vertex", kind.create(), inputs)
                .addLayer(
                    "out",
                    new RnnOutputLayer.Builder(LossFunction.MSE)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "vertex")
                .setOutputs("out")
                .build());
    graph.init();
    return graph;
  }

  private static DataSet batch(int seed) {
    Random random = new Random(seed);
    INDArray features = Nd4j.create(DataType.FLOAT, 4, 3, STEPS);
    INDArray labels = Nd4j.create(DataType.FLOAT, 4, 2, STEPS);
    for (long i = 0; i < features.length(); i++) {
      features.putScalar(i, random.nextGaussian());
    }
    for (long i = 0; i < labels.length(); i++) {
      labels.putScalar(i, random.nextGaussian());
    }
    return new DataSet(features, labels);
  }

  private static void train(ComputationGraph graph, int iterations) {
    for (int i = 0; i < iterations; i++) {
      graph.fit(batch(graph.getIterationCount()));
    }
  }

  /** Changes one gradient of the vertex, before the plugin sees it. */
  private static final class Damage extends BaseTrainingListener {
    private final String key;
    private final int iteration;
    private final double value;

    Damage(String key, int iteration, double value) {
      this.key = key;
      this.iteration = iteration;
      this.value = value;
    }

    @Override
    public void onGradientCalculation(Model model) {
      if (((ComputationGraph) model).getIterationCount() == iteration) {
        model.gradient().getGradientFor(key).putScalar(0, value);
      }
    }
  }

  /** Compares the plugin's norms of a vertex with sums of the arrays. */
  private static final class Norms implements Detector {
    private final ComputationGraph graph;
    final Map<String, Integer> compared = new HashMap<>();

    Norms(ComputationGraph graph) {
      this.graph = graph;
    }

    @Override
    public String name() {
      return "norms";
    }

    @Override
    public void onGradient(History history, FindingReporter findings) {
      List<NetworkLayout.Parameter> parameters = history.layout().parameters();
      for (int p = 0; p < parameters.size(); p++) {
        String key = parameters.get(p).key();
        double expected =
            graph.gradient().getGradientFor(key).norm2Number().doubleValue()
                / history.current().batchSize();
        assertThat(history.current().gradientNorm(p)).isCloseTo(expected, withPercentage(1e-3));
        compared.merge(key, 1, Integer::sum);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Vertex.class)
  void shouldMeasureTheGradientsOfAVertex(Vertex kind) {
    ComputationGraph graph = graph(kind);
    Norms norms = new Norms(graph);
    graph.setListeners(
        TrainingHealthListener.builder(new InMemoryStatsStorage()).detector(() -> norms).build());
    train(graph, 5);
    assertThat(norms.compared.keySet()).isEqualTo(graph.paramTable().keySet());
    assertThat(norms.compared).containsEntry(kind.weight(), 5);
  }

  @ParameterizedTest
  @EnumSource(Vertex.class)
  void shouldChangeNoBit(Vertex kind) {
    ComputationGraph alone = graph(kind);
    train(alone, 40);
    ComputationGraph watched = graph(kind);
    watched.setListeners(TrainingHealthListener.protecting(new InMemoryStatsStorage()));
    train(watched, 40);
    assertThat(watched.params().toDoubleVector()).isEqualTo(alone.params().toDoubleVector());
  }

  @ParameterizedTest
  @EnumSource(Vertex.class)
  void shouldSkipAStepWithAnInfiniteGradient(Vertex kind) {
    ComputationGraph graph = graph(kind);
    TrainingHealthListener listener = TrainingHealthListener.protecting(new InMemoryStatsStorage());
    graph.setListeners(new Damage(kind.weight(), 20, Double.POSITIVE_INFINITY), listener);
    train(graph, 20);
    INDArray before = graph.params().dup();
    train(graph, 1);

    assertThat(graph.params()).isEqualTo(before);
    assertThat(kinds(listener)).containsExactly(Kind.SKIP);
    assertThat(named(listener)).contains(kind.weight());
    train(graph, 20);
    assertThat(graph.params().isNaN().any()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Vertex.class)
  void shouldClipASpikeOfItsGradient(Vertex kind) {
    ComputationGraph graph = graph(kind);
    TrainingHealthListener listener = TrainingHealthListener.protecting(new InMemoryStatsStorage());
    graph.setListeners(new Damage(kind.weight(), 100, 1e7), listener);
    train(graph, 101);
    assertThat(kinds(listener)).contains(Kind.CLIP);
  }

  @ParameterizedTest
  @EnumSource(Vertex.class)
  void shouldGoBackFromANonFiniteWeight(Vertex kind) {
    ComputationGraph graph = graph(kind);
    TrainingHealthListener listener = TrainingHealthListener.protecting(new InMemoryStatsStorage());
    graph.setListeners(listener);
    train(graph, 60);
    requireNonNull(graph.paramTable().get(kind.weight())).putScalar(0, Float.NaN);
    train(graph, 20);

    assertThat(graph.params().isNaN().any()).isFalse();
    assertThat(kinds(listener)).contains(Kind.ROLLBACK);
    assertThat(listener.diagnoses())
        .filteredOn(d -> d.problem().is(ProblemFamily.NON_FINITE))
        .extracting(Diagnosis::sentence)
        .anyMatch(sentence -> sentence.contains("vertex"));
  }

  private static List<Kind> kinds(TrainingHealthListener listener) {
    return listener.interventions().stream().map(Intervention::kind).toList();
  }

  /** Keys of the parameters that diagnoses name. */
  private static List<String> named(TrainingHealthListener listener) {
    List<String> keys = new ArrayList<>();
    listener.diagnoses().forEach(diagnosis -> keys.add(diagnosis.parameterKey()));
    return keys;
  }
}
