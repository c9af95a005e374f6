package dev.traininghealth.measure;

import dev.traininghealth.array.ArrayBinding;
import dev.traininghealth.array.MeasuredArray;
import dev.traininghealth.network.EmbeddingGradient;
import dev.traininghealth.network.LayerDescription;
import dev.traininghealth.network.Network;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NumericLimits;
import dev.traininghealth.numbers.ParameterRole;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * The arrays of a network, their roles, and the memory of weights and gradients. It is bound once
 * to DL4J's flat parameter and gradient arrays, of which all others are views.
 *
 * @hidden
 */
public final class ParameterTable {
  private final NetworkLayout layout;
  private final Layer[] layers;
  private final Map<String, Integer> layersByName = new HashMap<>();
  private final @Nullable INDArray flatGradient;
  private final MeasuredArray[] weights;
  private final @Nullable MeasuredArray[] gradients;
  private final @Nullable EmbeddingGradient[] embeddings;
  private final Matrix[] matrices;
  private final TrainingConfig[] configurations;
  private final String[] names;
  private final long bytes;
  private final boolean meanOverMinibatch;
  private final boolean stochasticGradientDescent;

  /**
   * A parameter read as a matrix; columnMajor (order f) stores the elements of a column together.
   */
  record Matrix(int parameter, int rows, int columns, boolean columnMajor) {}

  private ParameterTable(Network network, Builder builder) {
    Model model = network.model();
    layout =
        new NetworkLayout(
            model.getClass().getSimpleName(),
            LossInputs.completed(network, builder.layers),
            builder.parameters,
            limits(model.params().dataType()),
            network.vertices());
    layers = network.layers();
    for (int i = 0; i < layers.length; i++) {
      layersByName.putIfAbsent(layers[i].conf().getLayer().getLayerName(), i);
    }
    for (int i = layers.length; i < layout.layers().size(); i++) {
      layersByName.putIfAbsent(layout.layers().get(i).name(), i);
    }
    flatGradient = model.getGradientsViewArray();
    bytes = model.params().length() * model.params().dataType().width();
    weights = builder.weights.toArray(new MeasuredArray[0]);
    gradients = builder.gradients.toArray(new MeasuredArray[0]);
    embeddings = builder.embeddings.toArray(new EmbeddingGradient[0]);
    matrices = builder.matrices.toArray(new Matrix[0]);
    configurations = builder.configurations.toArray(new TrainingConfig[0]);
    names = layout.parameters().stream().map(NetworkLayout.Parameter::name).toArray(String[]::new);
    NeuralNetConfiguration configuration = model.conf();
    meanOverMinibatch = configuration.isMiniBatch();
    stochasticGradientDescent =
        configuration.getOptimizationAlgo() == OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT;
  }

  /**
   * Binds to a network whose gradient has been computed at least once; before that, DL4J does not
   * have the arrays.
   */
  static ParameterTable of(Network network, ArrayBinding binding) {
    Builder builder = new Builder(network, binding);
    Layer[] layers = network.layers();
    int[] depths = network.depths();
    for (int i = 0; i < layers.length; i++) {
      builder.add(layers[i], network.keyPrefix(i), i, depths[i]);
    }
    List<GraphVertex> vertices = network.otherTrainedVertices();
    for (int i = 0; i < vertices.size(); i++) {
      builder.add(vertices.get(i), depths[layers.length + i]);
    }
    return new ParameterTable(network, builder);
  }

  /**
   * {@return the layers and parameters of a network, of which those without a gradient are called
   * frozen: all, before the first gradient has been computed}
   *
   * @param network is only read
   */
  public static NetworkLayout layoutOf(Network network) {
    return of(network, ArrayBinding.ofBackend()).layout();
  }

  private static NumericLimits limits(DataType type) {
    return switch (type) {
      case DOUBLE -> NumericLimits.DOUBLE;
      case HALF -> NumericLimits.HALF;
      case BFLOAT16 -> NumericLimits.BFLOAT16;
      default -> NumericLimits.FLOAT;
    };
  }

  NetworkLayout layout() {
    return layout;
  }

  /** Whether this table is still bound to the model's arrays; {@code init()} creates new ones. */
  boolean isBoundTo(Model model) {
    return model.getGradientsViewArray() == flatGradient;
  }

  /** Whether a model has the same parameters, in arrays of its own. */
  boolean hasParametersOf(Model model) {
    Map<String, INDArray> parameters = model.paramTable();
    return parameters.size() == layout.parameters().size()
        && layout.parameters().stream()
            .allMatch(
                p -> {
                  INDArray array = parameters.get(p.key());
                  return array != null && array.length() == p.length();
                });
  }

  /**
   * Checks that a later table is of such a network.
   *
   * @throws IllegalArgumentException if it has other layers or parameters
   */
  void requireSameLayout(ParameterTable later) {
    if (!layout.equals(later.layout)) {
      throw new IllegalArgumentException(
          "The listener was attached to a network of "
              + layout.parameters().size()
              + " parameter arrays and is now called by another of "
              + later.layout.parameters().size()
              + ": use one TrainingHealthListener for each network");
    }
  }

  /** Memory of all parameters, bytes. */
  long bytes() {
    return bytes;
  }

  MeasuredArray weights(int parameter) {
    return weights[parameter];
  }

  /** The gradient, which DL4J turns into the update in place; null if there is none. */
  @Nullable MeasuredArray gradient(int parameter) {
    return gradients[parameter];
  }

  /** The gradient as an embedding's, of which only some rows are not 0; null for all others. */
  @Nullable EmbeddingGradient embedding(int parameter) {
    return embeddings[parameter];
  }

  /** The weight and recurrent parameters, as matrices. */
  Matrix[] matrices() {
    return matrices;
  }

  /** Whether DL4J divides the gradient by the minibatch size before the updater. */
  boolean isMeanOverMinibatch() {
    return meanOverMinibatch;
  }

  boolean isStochasticGradientDescent() {
    return stochasticGradientDescent;
  }

  /**
   * Learning rate that the updater uses for a parameter; absent if the updater has none.
   *
   * @param iteration as DL4J counts it, from 0
   */
  double learningRate(int parameter, int iteration, int epoch) {
    if (gradients[parameter] == null) {
      return Measurement.absent();
    }
    IUpdater updater = configurations[parameter].getUpdaterByParam(names[parameter]);
    if (updater == null || !updater.hasLearningRate()) {
      return Measurement.absent();
    }
    return updater.getLearningRate(iteration, epoch);
  }

  /** Whether a condition holds for all trained parameters, by their configuration and name. */
  boolean allTrained(BiPredicate<TrainingConfig, String> condition) {
    for (int p = 0; p < gradients.length; p++) {
      if (gradients[p] != null && !condition.test(configurations[p], names[p])) {
        return false;
      }
    }
    return true;
  }

  /** The network's layers in the order of the layout, which has trained vertices after them. */
  Layer[] layers() {
    return layers;
  }

  /** A layer's configuration without wrappers. */
  static org.deeplearning4j.nn.conf.layers.Layer configuration(Layer layer) {
    return LayerDescription.innermost(layer.conf().getLayer());
  }

  /** The index of the layer with this vertex name, or -1 if there is none. */
  int layerNamed(String name) {
    return layersByName.getOrDefault(name, -1);
  }

  /** Collects the arrays layer by layer. */
  private static final class Builder {
    final Network network;
    final ArrayBinding binding;
    final Map<String, INDArray> gradientTable;
    final List<NetworkLayout.Layer> layers = new ArrayList<>();
    final List<NetworkLayout.Parameter> parameters = new ArrayList<>();
    final List<MeasuredArray> weights = new ArrayList<>();
    final List<@Nullable MeasuredArray> gradients = new ArrayList<>();
    final List<@Nullable EmbeddingGradient> embeddings = new ArrayList<>();
    final List<Matrix> matrices = new ArrayList<>();
    final List<TrainingConfig> configurations = new ArrayList<>();

    Builder(Network network, ArrayBinding binding) {
      this.network = network;
      this.binding = binding;
      Gradient gradient = network.model().gradient();
      gradientTable = gradient == null ? Map.of() : gradient.gradientForVariable();
    }

    void add(Layer layer, String keyPrefix, int index, int depth) {
      int first = parameters.size();
      Map<String, INDArray> table = layer.paramTable(true);
      if (table != null) {
        table.forEach(
            (name, array) -> {
              ParameterRole role = LayerDescription.role(layer, name, array);
              addParameter(
                  keyPrefix + "_" + name,
                  name,
                  array,
                  role,
                  role.isMatrix() ? LayerDescription.inputs(configuration(layer), array) : 0,
                  layer.getConfig(),
                  LayerDescription.isFrozen(layer));
            });
      }
      layers.add(LayerDescription.layer(layer, index, first, parameters.size() - first, depth));
    }

    /** Adds a vertex with parameters of its own, such as an AttentionVertex, like a layer. */
    void add(GraphVertex vertex, int depth) {
      int first = parameters.size();
      vertex
          .paramTable(true)
          .forEach(
              (name, array) ->
                  addParameter(
                      vertex.getVertexName() + "_" + name,
                      name,
                      array,
                      LayerDescription.roleInVertex(array),
                      LayerDescription.inputsInVertex(array),
                      vertex.getConfig(),
                      LayerDescription.isFrozen(vertex)));
      layers.add(LayerDescription.vertex(vertex, first, parameters.size() - first, depth));
    }

    private void addParameter(
        String key,
        String name,
        INDArray array,
        ParameterRole role,
        long inputs,
        TrainingConfig configuration,
        boolean frozen) {
      int index = parameters.size();
      INDArray gradient = gradientTable.get(key);
      // A parameter without gradient in a trained layer is frozen as well.
      boolean untrained = frozen || gradient == null;
      parameters.add(
          new NetworkLayout.Parameter(
              key, name, layers.size(), role, array.length(), untrained, inputs));
      weights.add(binding.bind(array));
      MeasuredArray bound =
          gradient == null || frozen || !role.hasGradient() ? null : binding.bind(gradient);
      gradients.add(bound);
      boolean inLayer = layers.size() < network.layers().length;
      embeddings.add(
          gradient == null || bound == null || !inLayer
              ? null
              : EmbeddingGradient.of(network, layers.size(), name, gradient, bound));
      configurations.add(configuration);
      if (role.isMatrix() && array.length() > 0 && array.length() <= Integer.MAX_VALUE) {
        int rows = (int) array.size(0);
        matrices.add(
            new Matrix(index, rows, (int) (array.length() / rows), array.ordering() == 'f'));
      }
    }
  }
}
