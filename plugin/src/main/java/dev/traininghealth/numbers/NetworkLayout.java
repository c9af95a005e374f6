package dev.traininghealth.numbers;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The fixed structure of a network: its layers in forward order and the parameters of each.
 *
 * <p>The position in these lists is the index of a slot in {@link Measurement}.
 *
 * @param modelClass simple name of the model's class, e.g. {@code MultiLayerNetwork}
 * @param layers all layers in forward order, including those without parameters
 * @param parameters all parameter arrays, grouped by layer in forward order
 * @param limits limits of gradients and updates for the parameters' number type
 * @param vertices how a graph is connected, each vertex after its inputs; empty for a chain
 */
public record NetworkLayout(
    String modelClass,
    List<Layer> layers,
    List<Parameter> parameters,
    NumericLimits limits,
    List<Vertex> vertices) {

  /**
   * A layer of the network.
   *
   * @param name the user's name of the layer, or DL4J's default ({@code layer0} or the index)
   * @param type simple name of the layer's configuration class, e.g. {@code DenseLayer}
   * @param activation name of its activation function; empty for none
   * @param frozen whether its parameters are never updated
   * @param firstParameter index of its first parameter in {@link NetworkLayout#parameters()}
   * @param parameterCount number of its parameters; 0 for none
   * @param configuration how the user configured it
   * @param depth number of layers before it on the longest path from an input, as {@link
   *     NetworkLayout#layers()} has it. A negative one means that the network is a chain
   */
  public record Layer(
      String name,
      String type,
      String activation,
      boolean frozen,
      int firstParameter,
      int parameterCount,
      Configuration configuration,
      int depth) {

    /** Creates a layer of a chain, whose configuration is unknown. */
    public Layer(
        String name,
        String type,
        String activation,
        boolean frozen,
        int firstParameter,
        int parameterCount) {
      this(
          name,
          type,
          activation,
          frozen,
          firstParameter,
          parameterCount,
          Configuration.UNKNOWN,
          -1);
    }

    public Layer {
      Objects.requireNonNull(configuration, "configuration");
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(type, "type");
      Objects.requireNonNull(activation, "activation");
    }

    private Layer inChain(int index) {
      return depth >= 0
          ? this
          : new Layer(
              name, type, activation, frozen, firstParameter, parameterCount, configuration, index);
    }

    /** {@return the name of the activation function whose values reach the loss} */
    public String outputActivation() {
      return configuration.outputActivation().isEmpty()
          ? activation
          : configuration.outputActivation();
    }

    /** {@return the traits of the activation function whose values reach the loss} */
    public ActivationTraits outputTraits() {
      return ActivationTraits.of(outputActivation());
    }

    /**
     * {@return the score of the best prediction that is the same for all examples, or NaN if it is
     * unknown}
     *
     * @param data statistics of the labels
     */
    public double constantPredictionScore(DataSummary data) {
      return configuration.constantPredictionScore(outputTraits(), data);
    }

    /**
     * {@return whether it predicts a quantity: its loss is an error, and its output has no upper
     * limit}
     */
    public boolean predictsQuantity() {
      return configuration.lossTraits().isError()
          && outputTraits().range().high() == Double.POSITIVE_INFINITY;
    }

    /** {@return the traits of its activation function} */
    public ActivationTraits activationTraits() {
      return ActivationTraits.of(activation);
    }
  }

  /**
   * The parts of a layer's configuration on which advice depends.
   *
   * <p>Names are simple names of DL4J's classes and constants.
   *
   * @param units outputs of the layer (channels of a convolution; of one direction if it runs in
   *     both); 0 if it has none of its own
   * @param weightInit class that initializes its weights, e.g. {@code WeightInitXavier}; empty for
   *     none
   * @param updater class of its updater, e.g. {@code Adam}; empty for none
   * @param loss class of its loss function, e.g. {@code LossMCXENT}; empty unless it is an output
   *     layer
   * @param gradientNormalization e.g. {@code ClipL2PerLayer}; empty for none
   * @param epsilon what its updater adds to a denominator; NaN if it adds nothing
   * @param outputActivation activation function whose values reach the loss; empty if it is the
   *     layer's own. A {@code LossLayer} without an activation has that of the layer before it
   * @param userDerivative class of the activation function, loss or layer whose derivative the user
   *     wrote; empty if DL4J or SameDiff computes all derivatives
   * @param weighsLoss whether its loss multiplies the outputs' terms by weights of their own
   * @param retainProbability probability with which its dropout retains an input; NaN without
   *     dropout, and if a schedule sets it
   */
  public record Configuration(
      long units,
      String weightInit,
      String updater,
      String loss,
      String gradientNormalization,
      double epsilon,
      String outputActivation,
      String userDerivative,
      boolean weighsLoss,
      double retainProbability) {
    /** A configuration of which nothing is known. */
    public static final Configuration UNKNOWN = new Configuration(0, "", "", "", "");

    /** Creates a configuration whose updater adds nothing to a denominator. */
    public Configuration(
        long units, String weightInit, String updater, String loss, String gradientNormalization) {
      this(
          units,
          weightInit,
          updater,
          loss,
          gradientNormalization,
          Double.NaN,
          "",
          "",
          false,
          Double.NaN);
    }

    /** {@return the traits of its loss function} */
    public LossTraits lossTraits() {
      return LossTraits.of(loss);
    }

    /**
     * {@return the score of the best constant prediction, or NaN if it is unknown}
     *
     * @param outputs traits of the activation function whose values reach the loss
     * @param data statistics of the labels
     */
    private double constantPredictionScore(ActivationTraits outputs, DataSummary data) {
      if (weighsLoss) {
        return Double.NaN;
      }
      // DL4J computes the binary cross-entropy of a softmax as the cross-entropy of classes.
      return outputs.isDistribution() && loss.equals("LossBinaryXENT")
          ? data.labelEntropy()
          : lossTraits().constantPredictionScore(data);
    }

    /** {@return whether it is an output layer} */
    public boolean isOutput() {
      return !loss.isEmpty();
    }
  }

  /**
   * A vertex of a graph: an input, a layer, or what combines others, such as a sum.
   *
   * @param name DL4J's name of it
   * @param type simple name of its class, e.g. {@code ElementWiseVertex}
   * @param layer index of its layer in {@link NetworkLayout#layers()}; -1 if it is none
   * @param inputs indices of the vertices that it reads, in {@link NetworkLayout#vertices()}
   */
  public record Vertex(String name, String type, int layer, List<Integer> inputs) {
    public Vertex {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(type, "type");
      inputs = List.copyOf(inputs);
    }
  }

  /**
   * A parameter array.
   *
   * @param key DL4J's key in {@code model.paramTable()}, e.g. {@code 0_W}
   * @param name the part of the key that names it within its layer, e.g. {@code W}
   * @param layer index of its layer in {@link NetworkLayout#layers()}
   * @param role its purpose
   * @param length number of elements
   * @param frozen whether it is never updated, and therefore has neither gradient nor update
   * @param inputs number of a matrix's elements that one unit sums over; 0 if it has to be computed
   *     from the units of the layer, or is unknown
   */
  public record Parameter(
      String key,
      String name,
      int layer,
      ParameterRole role,
      long length,
      boolean frozen,
      long inputs) {
    /** Creates a parameter whose inputs follow from the units of its layer. */
    public Parameter(
        String key, String name, int layer, ParameterRole role, long length, boolean frozen) {
      this(key, name, layer, role, length, frozen, 0);
    }

    public Parameter {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(role, "role");
    }

    /** {@return whether its gradient and update are measured} */
    public boolean isTrained() {
      return !frozen && role.hasGradient();
    }
  }

  /**
   * {@return whether the updater of a parameter may divide by 0, because what it adds to its
   * denominator is 0 in the parameters' number type}
   *
   * @param parameter index of the parameter
   */
  public boolean isEpsilonLost(int parameter) {
    double epsilon = layers.get(parameters.get(parameter).layer()).configuration().epsilon();
    return epsilon >= 0 && limits.roundsToZero(epsilon);
  }

  /**
   * {@return whether each parameter is trained by its gradient: none is frozen, and none is a
   * running statistic}
   */
  public boolean isTrainedByGradientsAlone() {
    return parameters.stream().allMatch(p -> p.isTrained() && p.role().hasGradient());
  }

  /** {@return the indices of the weight and recurrent matrices that are trained} */
  public int[] trainedMatrices() {
    return IntStream.range(0, parameters.size())
        .filter(p -> parameters.get(p).isTrained() && parameters.get(p).role().isMatrix())
        .toArray();
  }

  /** {@return the index of the only output layer; -1 if there are several or none} */
  public int onlyOutput() {
    int output = -1;
    for (int layer = 0; layer < layers.size(); layer++) {
      if (layers.get(layer).configuration().isOutput()) {
        if (output >= 0) {
          return -1;
        }
        output = layer;
      }
    }
    return output;
  }

  /**
   * {@return whether an embedding reads an input of the network, whose features are then indices
   * without a scale}
   */
  public boolean readsIndices() {
    for (int layer = 0; layer < layers.size(); layer++) {
      if (layers.get(layer).depth() == 0 && layers.get(layer).type().startsWith("Embedding")) {
        return true;
      }
    }
    return false;
  }

  /** Creates the layout of a network in single precision, DL4J's default. */
  public NetworkLayout(String modelClass, List<Layer> layers, List<Parameter> parameters) {
    this(modelClass, layers, parameters, NumericLimits.FLOAT);
  }

  /** Creates the layout of a network whose connections are not known: a chain. */
  public NetworkLayout(
      String modelClass, List<Layer> layers, List<Parameter> parameters, NumericLimits limits) {
    this(modelClass, layers, parameters, limits, List.of());
  }

  public NetworkLayout {
    Objects.requireNonNull(limits, "limits");
    List<Layer> given = layers;
    layers = IntStream.range(0, given.size()).mapToObj(i -> given.get(i).inChain(i)).toList();
    parameters = List.copyOf(parameters);
    vertices = List.copyOf(vertices);
  }
}
