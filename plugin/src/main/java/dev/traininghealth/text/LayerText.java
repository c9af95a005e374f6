package dev.traininghealth.text;

import dev.traininghealth.numbers.NetworkLayout;

/** Layers and parameters as sentences name them. */
public final class LayerText {
  private LayerText() {}

  /**
   * Names a layer as the user knows it: number, name if it has one of its own, type and activation.
   *
   * @param layout the network
   * @param index of the layer
   * @return e.g. {@code layer 2 "hidden" (DenseLayer, relu)}
   */
  public static String layer(NetworkLayout layout, int index) {
    return "layer " + numbered(layout, index);
  }

  /**
   * Names neighboring layers by the first and the last of them.
   *
   * @param layout the network
   * @param first index of the first
   * @param last index of the last
   * @return e.g. {@code layers 0 (DenseLayer, relu) to 2 (DenseLayer, tanh)}
   */
  public static String layers(NetworkLayout layout, int first, int last) {
    return "layers " + numbered(layout, first) + " to " + numbered(layout, last);
  }

  private static String numbered(NetworkLayout layout, int index) {
    NetworkLayout.Layer layer = layout.layers().get(index);
    String name = layer.name();
    boolean named = !name.equals("layer" + index) && !name.equals(String.valueOf(index));
    return index
        + (named ? " \"" + name + "\"" : "")
        + " ("
        + layer.type()
        + (layer.activation().isEmpty() ? "" : ", " + layer.activation())
        + ")";
  }

  /**
   * Names a parameter by DL4J's key, and its layer.
   *
   * @param layout the network
   * @param index of the parameter
   * @return e.g. {@code 2_W of layer 2 (DenseLayer, relu)}
   */
  public static String parameter(NetworkLayout layout, int index) {
    NetworkLayout.Parameter p = layout.parameters().get(index);
    return p.key() + " of " + layer(layout, p.layer());
  }
}
