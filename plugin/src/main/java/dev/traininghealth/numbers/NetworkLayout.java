package dev.traininghealth.numbers;

import java.util.List;
import java.util.Objects;

/**
 * The fixed shape of a network as it is measured: its layers from input to output, and the
 * parameter arrays of each. Position in these lists is the index that every per-layer and
 * per-parameter array of a {@link Measurement} uses.
 *
 * @param modelClass simple name of the model's class, e.g. {@code MultiLayerNetwork}
 * @param layers all layers in forward order, those without parameters included
 * @param parameters all parameter arrays, grouped by layer in forward order
 * @param limits how large and how small numbers of the parameters' type may be
 */
public record NetworkLayout(
    String modelClass, List<Layer> layers, List<Parameter> parameters, NumericLimits limits) {

  /**
   * A layer.
   *
   * @param name the user's name of the layer, or DL4J's default ({@code layer0} or the index)
   * @param type simple name of the layer's configuration class, e.g. {@code DenseLayer}
   * @param activation name of its activation function, or empty where it has none
   * @param frozen whether its parameters are never updated
   * @param firstParameter index of its first parameter in {@link NetworkLayout#parameters()}
   * @param parameterCount number of its parameters; 0 for a layer without any
   * @param configuration how the user set it up
   */
  public record Layer(
      String name,
      String type,
      String activation,
      boolean frozen,
      int firstParameter,
      int parameterCount,
      Configuration configuration) {

    /** A layer of whose configuration nothing is known. */
    public Layer(
        String name,
        String type,
        String activation,
        boolean frozen,
        int firstParameter,
        int parameterCount) {
      this(name, type, activation, frozen, firstParameter, parameterCount, Configuration.UNKNOWN);
    }

    public Layer {
      Objects.requireNonNull(configuration, "configuration");
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(type, "type");
      Objects.requireNonNull(activation, "activation");
    }

    /** {@return what is known of its activation function} */
    public ActivationTraits activationTraits() {
      return ActivationTraits.of(activation);
    }
  }

  /**
   * How a layer was set up, as far as advice depends on it. Names are simple names of DL4J's
   * classes and constants, empty where the layer has no such thing.
   *
   * @param units outputs of the layer (channels of a convolution), or 0 where it has none of its
   *     own
   * @param weightInit class that initializes its weights, e.g. {@code WeightInitXavier}
   * @param updater class of its updater, e.g. {@code Adam}
   * @param loss class of its loss function, e.g. {@code LossMCXENT}; empty unless an output layer
   * @param gradientNormalization e.g. {@code ClipL2PerLayer}; empty for none
   */
  public record Configuration(
      long units, String weightInit, String updater, String loss, String gradientNormalization) {
    /** Nothing is known. */
    public static final Configuration UNKNOWN = new Configuration(0, "", "", "", "");

    /** {@return what is known of its loss function} */
    public LossTraits lossTraits() {
      return LossTraits.of(loss);
    }

    /** {@return whether it is an output layer} */
    public boolean isOutput() {
      return !loss.isEmpty();
    }
  }

  /**
   * A parameter array.
   *
   * @param key DL4J's key in {@code model.paramTable()}, e.g. {@code 0_W}
   * @param name the part of the key that names it within its layer, e.g. {@code W}
   * @param layer index of its layer in {@link NetworkLayout#layers()}
   * @param role what it is for
   * @param length number of elements
   * @param frozen whether it is never updated, so that it has neither gradient nor update
   */
  public record Parameter(
      String key, String name, int layer, ParameterRole role, long length, boolean frozen) {
    public Parameter {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(role, "role");
    }

    /** {@return whether a gradient and an update of this parameter are measured} */
    public boolean isTrained() {
      return !frozen && role.hasGradient();
    }
  }

  /** A network in single precision, DL4J's default. */
  public NetworkLayout(String modelClass, List<Layer> layers, List<Parameter> parameters) {
    this(modelClass, layers, parameters, NumericLimits.FLOAT);
  }

  public NetworkLayout {
    Objects.requireNonNull(limits, "limits");
    layers = List.copyOf(layers);
    parameters = List.copyOf(parameters);
  }
}
