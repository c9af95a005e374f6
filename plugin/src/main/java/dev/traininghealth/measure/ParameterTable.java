package dev.traininghealth.measure;

import dev.traininghealth.array.ArrayBinding;
import dev.traininghealth.array.MeasuredArray;
import dev.traininghealth.network.Network;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NumericLimits;
import dev.traininghealth.numbers.ParameterRole;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.LearnedSelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected1D;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.RecurrentAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * The arrays of a network, their roles, and the memory of weights and gradients. It is bound once
 * to DL4J's flat parameter and gradient arrays, of which all others are views.
 */
final class ParameterTable {
  private final NetworkLayout layout;
  private final Layer[] layers;
  private final Map<String, Integer> layersByName = new HashMap<>();
  private final @Nullable INDArray flatGradient;
  private final MeasuredArray[] weights;
  private final @Nullable MeasuredArray[] gradients;
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
            limits(model.params().dataType()));
    layers = network.layers();
    for (int i = 0; i < layers.length; i++) {
      layersByName.putIfAbsent(layers[i].conf().getLayer().getLayerName(), i);
    }
    flatGradient = model.getGradientsViewArray();
    bytes = model.params().length() * model.params().dataType().width();
    weights = builder.weights.toArray(new MeasuredArray[0]);
    gradients = builder.gradients.toArray(new MeasuredArray[0]);
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
    Builder builder = new Builder(network.model(), binding);
    Layer[] layers = network.layers();
    int[] depths = network.depths();
    for (int i = 0; i < layers.length; i++) {
      builder.add(layers[i], network.keyPrefix(i), i, depths[i]);
    }
    return new ParameterTable(network, builder);
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

  /** The network's layers in the order of the layout. */
  Layer[] layers() {
    return layers;
  }

  /** A layer's configuration without wrappers. */
  static org.deeplearning4j.nn.conf.layers.Layer configuration(Layer layer) {
    return Builder.innermost(layer.conf().getLayer());
  }

  /** The index of the layer with this vertex name, or -1 if there is none. */
  int layerNamed(String name) {
    return layersByName.getOrDefault(name, -1);
  }

  /** Collects the arrays layer by layer. */
  private static final class Builder {
    final ArrayBinding binding;
    final Map<String, INDArray> gradientTable;
    final List<NetworkLayout.Layer> layers = new ArrayList<>();
    final List<NetworkLayout.Parameter> parameters = new ArrayList<>();
    final List<MeasuredArray> weights = new ArrayList<>();
    final List<@Nullable MeasuredArray> gradients = new ArrayList<>();
    final List<Matrix> matrices = new ArrayList<>();
    final List<TrainingConfig> configurations = new ArrayList<>();

    Builder(Model model, ArrayBinding binding) {
      this.binding = binding;
      gradientTable = model.gradient().gradientForVariable();
    }

    void add(Layer layer, String keyPrefix, int index, int depth) {
      org.deeplearning4j.nn.conf.layers.Layer configuration = innermost(layer.conf().getLayer());
      boolean frozen = layer instanceof FrozenLayer || layer instanceof FrozenLayerWithBackprop;
      int first = parameters.size();
      Map<String, INDArray> table = layer.paramTable(true);
      if (table != null) {
        table.forEach(
            (name, array) -> addParameter(layer, keyPrefix + "_" + name, name, array, frozen));
      }
      String name = layer.conf().getLayer().getLayerName();
      layers.add(
          new NetworkLayout.Layer(
              name != null ? name : "layer" + index,
              configuration.getClass().getSimpleName(),
              activationOf(configuration),
              frozen,
              first,
              parameters.size() - first,
              configuration(configuration),
              depth));
    }

    private static NetworkLayout.Configuration configuration(
        org.deeplearning4j.nn.conf.layers.Layer layer) {
      BaseLayer base = withoutDirections(layer) instanceof BaseLayer b ? b : null;
      return new NetworkLayout.Configuration(
          units(layer),
          base == null ? "" : className(base.getWeightInitFn()),
          base == null ? "" : className(base.getIUpdater()),
          lossOf(layer),
          base == null
                  || base.getGradientNormalization() == null
                  || base.getGradientNormalization() == GradientNormalization.None
              ? ""
              : base.getGradientNormalization().name(),
          base == null ? Double.NaN : UpdaterEpsilon.of(base.getIUpdater()),
          "");
    }

    private static String activationOf(org.deeplearning4j.nn.conf.layers.Layer layer) {
      IActivation function =
          layer instanceof BaseLayer base
              ? base.getActivationFn()
              : layer instanceof ActivationLayer own ? own.getActivationFn() : null;
      return function == null ? "" : function.toString();
    }

    private static String lossOf(org.deeplearning4j.nn.conf.layers.Layer layer) {
      if (layer instanceof BaseOutputLayer output) {
        return className(output.getLossFn());
      }
      return layer instanceof LossLayer output ? className(output.getLossFn()) : "";
    }

    private static String className(@Nullable Object instance) {
      return instance == null ? "" : instance.getClass().getSimpleName();
    }

    private void addParameter(
        Layer layer, String key, String name, INDArray array, boolean frozen) {
      ParameterRole role = role(layer, name, array);
      int index = parameters.size();
      INDArray gradient = gradientTable.get(key);
      // A parameter without gradient in a trained layer is frozen as well.
      boolean untrained = frozen || gradient == null;
      parameters.add(
          new NetworkLayout.Parameter(
              key,
              name,
              layers.size(),
              role,
              array.length(),
              untrained,
              role.isMatrix() ? inputs(innermost(layer.conf().getLayer()), array) : 0));
      weights.add(binding.bind(array));
      gradients.add(
          gradient == null || frozen || !role.hasGradient() ? null : binding.bind(gradient));
      configurations.add(layer.getConfig());
      if (role.isMatrix() && array.length() > 0 && array.length() <= Integer.MAX_VALUE) {
        int rows = (int) array.size(0);
        matrices.add(
            new Matrix(index, rows, (int) (array.length() / rows), array.ordering() == 'f'));
      }
    }

    /**
     * The elements that one unit sums over, for a layer that has no units of its own; 0 for one
     * that has, and for an empty array.
     */
    private static long inputs(
        org.deeplearning4j.nn.conf.layers.Layer configuration, INDArray array) {
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

    private static ParameterRole role(Layer layer, String name, INDArray array) {
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

    /** The layer inside wrappers (frozen, last time step, mask). */
    private static org.deeplearning4j.nn.conf.layers.Layer innermost(
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
}
