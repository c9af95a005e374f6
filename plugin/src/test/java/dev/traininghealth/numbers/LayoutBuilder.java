package dev.traininghealth.numbers;

import java.util.ArrayList;
import java.util.List;

/** Describes networks as they are measured, layer by layer from the input. */
public final class LayoutBuilder {
  private static final int UNITS = 64;

  private final List<NetworkLayout.Layer> layers = new ArrayList<>();
  private final List<NetworkLayout.Parameter> parameters = new ArrayList<>();
  private long inputs = UNITS;
  private String weightInit = "WeightInitXavier";
  private String updater = "Adam";
  private String userDerivative = "";
  private String clipping = "";
  private boolean frozen;

  /** Hidden layers with an activation, and ten classes. */
  public static NetworkLayout classifier(int hidden, String activation) {
    return new LayoutBuilder()
        .dense(hidden, activation)
        .output(10, "softmax", "LossMCXENT")
        .build();
  }

  /** One hidden layer and an output. */
  public static NetworkLayout withOutput(long units, String activation, String loss) {
    return new LayoutBuilder().dense(1, "relu").output(units, activation, loss).build();
  }

  /** Sets how the layers that follow are initialized. */
  public LayoutBuilder weightInit(String init) {
    weightInit = init;
    return this;
  }

  /** Sets what updates the layers that follow. */
  public LayoutBuilder updater(String name) {
    updater = name;
    return this;
  }

  /** Sets how the gradient of the layers that follow is clipped. */
  public LayoutBuilder clipping(String normalization) {
    clipping = normalization;
    return this;
  }

  /** Sets whether the layers that follow are never updated. */
  public LayoutBuilder userDerivative(String ofClass) {
    userDerivative = ofClass;
    return this;
  }

  public LayoutBuilder frozen(boolean layersThatFollow) {
    frozen = layersThatFollow;
    return this;
  }

  public LayoutBuilder dense(int count, String activation) {
    for (int i = 0; i < count; i++) {
      layer("DenseLayer", activation, UNITS, "");
    }
    return this;
  }

  /** A dense layer of another width than the others. */
  public LayoutBuilder hidden(long units, String activation) {
    return layer("DenseLayer", activation, units, "");
  }

  /** Sets how many features an example has. */
  public LayoutBuilder inputs(long features) {
    inputs = features;
    return this;
  }

  public LayoutBuilder lstm(String activation) {
    return layer("LSTM", activation, UNITS, "");
  }

  public LayoutBuilder embedding() {
    return layer("EmbeddingLayer", "identity", UNITS, "");
  }

  public LayoutBuilder batchNormalization() {
    return layer("BatchNormalization", "", UNITS, "");
  }

  public LayoutBuilder output(long units, String activation, String loss) {
    return layer("OutputLayer", activation, units, loss);
  }

  public LayoutBuilder simpleRnn() {
    layer("SimpleRnn", "tanh", UNITS, "");
    NetworkLayout.Layer l = layers.remove(layers.size() - 1);
    int index = layers.size();
    parameters.add(
        new NetworkLayout.Parameter(
            index + "_RW", "RW", index, ParameterRole.RECURRENT_WEIGHT, UNITS * UNITS, frozen));
    layers.add(
        new NetworkLayout.Layer(
            l.name(),
            l.type(),
            l.activation(),
            frozen,
            l.firstParameter(),
            l.parameterCount() + 1,
            l.configuration(),
            l.depth()));
    return this;
  }

  /** Gives the latest layer a depth in a graph. */
  public LayoutBuilder atDepth(int depth) {
    NetworkLayout.Layer l = layers.remove(layers.size() - 1);
    layers.add(
        new NetworkLayout.Layer(
            l.name(),
            l.type(),
            l.activation(),
            l.frozen(),
            l.firstParameter(),
            l.parameterCount(),
            l.configuration(),
            depth));
    return this;
  }

  private LayoutBuilder layer(String type, String activation, long units, String loss) {
    int index = layers.size();
    layers.add(
        new NetworkLayout.Layer(
            "layer" + index,
            type,
            activation,
            frozen,
            parameters.size(),
            2,
            new NetworkLayout.Configuration(
                units,
                weightInit,
                updater,
                loss,
                clipping,
                Double.NaN,
                "",
                userDerivative,
                false,
                Double.NaN),
            -1));
    parameters.add(
        new NetworkLayout.Parameter(
            index + "_W", "W", index, ParameterRole.WEIGHT, inputs * units, frozen));
    parameters.add(
        new NetworkLayout.Parameter(index + "_b", "b", index, ParameterRole.BIAS, units, frozen));
    inputs = units;
    return this;
  }

  public NetworkLayout build() {
    return new NetworkLayout("MultiLayerNetwork", layers, parameters);
  }
}
