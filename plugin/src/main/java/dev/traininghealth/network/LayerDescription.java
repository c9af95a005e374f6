package dev.traininghealth.network;

import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.ParameterRole;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.LearnedSelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected1D;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.RecurrentAttentionLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.impl.FrozenVertex;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.SameDiffLoss;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossL1;
import org.nd4j.linalg.lossfunctions.impl.LossL2;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/**
 * What DL4J's configuration of a layer or vertex says about it, in the plugin's terms.
 *
 * @hidden
 */
public final class LayerDescription {
  private LayerDescription() {}

  /** {@return whether the layer's parameters are never updated} */
  public static boolean isFrozen(Layer layer) {
    return layer instanceof FrozenLayer || layer instanceof FrozenLayerWithBackprop;
  }

  /**
   * Describes a layer.
   *
   * @param index of the layer, for the name of one without
   * @param firstParameter index of its first parameter
   * @param parameterCount number of its parameters
   * @param depth as in {@link NetworkLayout.Layer#depth}
   * @return its place in a layout
   */
  public static NetworkLayout.Layer layer(
      Layer layer, int index, int firstParameter, int parameterCount, int depth) {
    org.deeplearning4j.nn.conf.layers.Layer configuration = innermost(layer.conf().getLayer());
    String name = layer.conf().getLayer().getLayerName();
    return new NetworkLayout.Layer(
        name != null ? name : "layer" + index,
        configuration.getClass().getSimpleName(),
        activationOf(configuration),
        isFrozen(layer),
        firstParameter,
        parameterCount,
        configuration(configuration),
        depth);
  }

  /** {@return whether the vertex's parameters are never updated} */
  public static boolean isFrozen(GraphVertex vertex) {
    return vertex instanceof FrozenVertex;
  }

  /**
   * Describes a vertex with parameters of its own, such as an AttentionVertex, like a layer.
   *
   * @param firstParameter index of its first parameter
   * @param parameterCount number of its parameters
   * @param depth as in {@link NetworkLayout.Layer#depth}
   * @return its place in a layout
   */
  public static NetworkLayout.Layer vertex(
      GraphVertex vertex, int firstParameter, int parameterCount, int depth) {
    TrainingConfig configuration = vertex.getConfig();
    IUpdater updater =
        vertex.paramTable(true).keySet().stream()
            .findFirst()
            .map(configuration::getUpdaterByParam)
            .orElse(null);
    return new NetworkLayout.Layer(
        vertex.getVertexName(),
        configuration.getClass().getSimpleName(),
        "",
        isFrozen(vertex),
        firstParameter,
        parameterCount,
        new NetworkLayout.Configuration(
            0,
            "",
            className(updater),
            "",
            normalization(configuration),
            UpdaterEpsilon.of(updater),
            "",
            "",
            false,
            Double.NaN),
        depth);
  }

  /** {@return the role of a vertex's parameter} */
  public static ParameterRole roleInVertex(INDArray array) {
    return array.rank() >= 2 ? ParameterRole.WEIGHT : ParameterRole.BIAS;
  }

  /**
   * {@return the number of elements of a vertex's matrix that one unit sums over; 0 for none}
   *
   * @param array of a weight as DL4J's attention has it: heads, size of a head, inputs
   */
  public static long inputsInVertex(INDArray array) {
    return array.rank() == 3
        ? array.size(2)
        : array.rank() == 2 && !array.isEmpty() ? array.length() / array.size(1) : 0;
  }

  private static String normalization(TrainingConfig configuration) {
    GradientNormalization normalization = configuration.getGradientNormalization();
    return normalization == null || normalization == GradientNormalization.None
        ? ""
        : normalization.name();
  }

  private static NetworkLayout.Configuration configuration(
      org.deeplearning4j.nn.conf.layers.Layer layer) {
    BaseLayer base = withoutDirections(layer) instanceof BaseLayer b ? b : null;
    return new NetworkLayout.Configuration(
        units(layer),
        base == null ? "" : className(base.getWeightInitFn()),
        base == null ? "" : className(base.getIUpdater()),
        lossOf(layer),
        base == null ? "" : normalization(base),
        base == null ? Double.NaN : UpdaterEpsilon.of(base.getIUpdater()),
        "",
        className(userDerivative(layer)),
        weighs(lossFunction(layer)),
        retainProbability(layer));
  }

  private static double retainProbability(org.deeplearning4j.nn.conf.layers.Layer layer) {
    return layer.getIDropout() instanceof Dropout dropout && dropout.getPSchedule() == null
        ? dropout.getP()
        : Double.NaN;
  }

  private static String activationOf(org.deeplearning4j.nn.conf.layers.Layer layer) {
    IActivation function = activationFunction(layer);
    if (function == null) {
      return "";
    }
    String name = function.toString();
    // The name that Java gives an object without toString() tells users nothing.
    return name == null || name.startsWith(function.getClass().getName() + "@")
        ? className(function)
        : name;
  }

  private static @Nullable IActivation activationFunction(
      org.deeplearning4j.nn.conf.layers.Layer layer) {
    if (layer instanceof BatchNormalization || layer instanceof PReLULayer) {
      return null; // they inherit the configuration's default, and never apply it
    }
    return layer instanceof BaseLayer base
        ? base.getActivationFn()
        : layer instanceof ActivationLayer own ? own.getActivationFn() : null;
  }

  private static String lossOf(org.deeplearning4j.nn.conf.layers.Layer layer) {
    return className(lossFunction(layer));
  }

  private static @Nullable ILossFunction lossFunction(
      org.deeplearning4j.nn.conf.layers.Layer layer) {
    if (layer instanceof BaseOutputLayer output) {
      return output.getLossFn();
    }
    if (layer instanceof RnnLossLayer output) {
      return output.getLossFn();
    }
    if (layer instanceof CnnLossLayer output) {
      return output.getLossFn();
    }
    if (layer instanceof Cnn3DLossLayer output) {
      return output.getLossFn();
    }
    return layer instanceof LossLayer output ? output.getLossFn() : null;
  }

  /** Whether a loss has weights of the outputs, so that its score has another scale. */
  private static boolean weighs(@Nullable ILossFunction loss) {
    INDArray weights =
        loss instanceof LossMCXENT m
            ? m.getWeights()
            : loss instanceof LossBinaryXENT b
                ? b.getWeights()
                : loss instanceof LossL2 l2
                    ? l2.getWeights()
                    : loss instanceof LossL1 l1 ? l1.getWeights() : null;
    return weights != null;
  }

  /**
   * The part of a layer whose derivative the user wrote; null if DL4J or SameDiff computes all of
   * them. A SameDiff layer or loss is a class of the user's, but not its derivative.
   */
  private static @Nullable Object userDerivative(org.deeplearning4j.nn.conf.layers.Layer layer) {
    for (Object part : new Object[] {activationFunction(layer), lossFunction(layer), layer}) {
      if (part != null
          && !isOfDl4j(part.getClass().getName())
          && !(part instanceof AbstractSameDiffLayer)
          && !(part instanceof SameDiffLoss)) {
        return part;
      }
    }
    return null;
  }

  /**
   * Whether a class is in the packages of DL4J's own layers, activations and losses. A copy of one
   * of DL4J's examples, whose packages begin alike, is the user's.
   */
  static boolean isOfDl4j(String className) {
    return className.startsWith("org.deeplearning4j.nn.")
        || className.startsWith("org.nd4j.linalg.");
  }

  private static String className(@Nullable Object instance) {
    return instance == null ? "" : instance.getClass().getSimpleName();
  }

  /**
   * {@return the number of elements of a matrix that one unit sums over, for a layer that has no
   * units of its own; 0 for one that has, and for an empty array}
   *
   * @param configuration of the layer, without wrappers
   */
  public static long inputs(org.deeplearning4j.nn.conf.layers.Layer configuration, INDArray array) {
    if (units(configuration) > 0 || array.isEmpty()) {
      return 0;
    }
    int last = array.rank() - 1;
    if (array.rank() == 3) {
      if (configuration instanceof LocallyConnected1D
          || configuration instanceof LocallyConnected2D) {
        return array.size(1); // positions, inputs, outputs
      }
      if (configuration instanceof SelfAttentionLayer
          || configuration instanceof LearnedSelfAttentionLayer
          || configuration instanceof RecurrentAttentionLayer) {
        return array.size(last); // heads, size of a head, inputs
      }
    }
    return array.length() / array.size(last); // SameDiff multiplies by inputs × outputs
  }

  /** Outputs of a layer or of the layer that runs in both directions; 0 if it has none. */
  private static long units(org.deeplearning4j.nn.conf.layers.Layer configuration) {
    return withoutDirections(configuration) instanceof FeedForwardLayer forward
        ? forward.getNOut()
        : 0;
  }

  /** The layer that runs in both directions, or the layer itself. */
  private static org.deeplearning4j.nn.conf.layers.Layer withoutDirections(
      org.deeplearning4j.nn.conf.layers.Layer configuration) {
    return configuration instanceof Bidirectional both ? innermost(both.getFwd()) : configuration;
  }

  /**
   * {@return the role of a layer's parameter}
   *
   * @param name in DL4J's table of the layer
   */
  public static ParameterRole role(Layer layer, String name, INDArray array) {
    if (!layer.updaterDivideByMinibatch(name)) {
      return ParameterRole.STATISTIC;
    }
    org.deeplearning4j.nn.conf.layers.Layer configuration = layer.conf().getLayer();
    // Checked before biases: Bidirectional's initializer also calls each weight a bias.
    boolean isMatrix =
        array.rank() >= 2
            && !(innermost(configuration) instanceof PReLULayer)
            && configuration.initializer().isWeightParam(configuration, name);
    if (!isMatrix) {
      return configuration.initializer().isBiasParam(configuration, name)
          ? ParameterRole.BIAS
          : ParameterRole.OTHER;
    }
    // LSTM and SimpleRnn "RW", Graves' bidirectional "RWF" and "RWB", Bidirectional "fRW", "bRW".
    return name.contains("RW") ? ParameterRole.RECURRENT_WEIGHT : ParameterRole.WEIGHT;
  }

  /**
   * {@return the number of feature columns that a layer expects, or -1 if it follows from more than
   * its configuration: for convolutions, embeddings and layers without weights}
   */
  public static long expectedColumns(Layer layer) {
    org.deeplearning4j.nn.conf.layers.Layer configuration =
        withoutDirections(innermost(layer.conf().getLayer()));
    boolean isPlain =
        configuration instanceof DenseLayer
            || configuration instanceof BaseOutputLayer
            || configuration instanceof BaseRecurrentLayer;
    return isPlain ? ((FeedForwardLayer) configuration).getNIn() : -1;
  }

  /**
   * {@return the configured learning rate of a layer's updater at an iteration, NaN if it has no
   * updater or that has no rate}
   */
  public static double learningRate(Layer layer, int iteration, int epoch) {
    IUpdater updater =
        withoutDirections(innermost(layer.conf().getLayer())) instanceof BaseLayer base
            ? base.getIUpdater()
            : null;
    return updater == null || !updater.hasLearningRate()
        ? Double.NaN
        : updater.getLearningRate(iteration, epoch);
  }

  /** {@return the layer inside wrappers (frozen, last time step, mask)} */
  public static org.deeplearning4j.nn.conf.layers.Layer innermost(
      org.deeplearning4j.nn.conf.layers.Layer configuration) {
    org.deeplearning4j.nn.conf.layers.Layer layer = configuration;
    while (true) {
      if (layer instanceof org.deeplearning4j.nn.conf.layers.misc.FrozenLayer frozen) {
        layer = frozen.getLayer();
      } else if (layer instanceof BaseWrapperLayer wrapper) {
        layer = wrapper.getUnderlying();
      } else {
        return layer;
      }
    }
  }
}
