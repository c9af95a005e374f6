package dev.traininghealth.text;

import dev.traininghealth.numbers.NetworkLayout;

/**
 * Layers and parameters as messages name them.
 *
 * @hidden
 */
public final class LayerText {
  private LayerText() {}

  /**
   * Names a layer as the user knows it: number, name if it has one of its own, type and activation.
   * The word for a layer stands in the message's text.
   *
   * @param layout the network
   * @param index of the layer
   * @return written e.g. {@code 2 "hidden" (DenseLayer, relu)}
   */
  public static Argument layer(NetworkLayout layout, int index) {
    NetworkLayout.Layer layer = layout.layers().get(index);
    String name = layer.name();
    boolean named = !name.equals("layer" + index) && !name.equals(String.valueOf(index));
    return new Argument.Layer(index, named ? name : "", layer.type(), layer.activation());
  }

  /**
   * Names the layer of a parameter.
   *
   * @param layout the network
   * @param parameter index of the parameter
   * @return as {@link #layer}
   */
  public static Argument layerOf(NetworkLayout layout, int parameter) {
    return layer(layout, layout.parameters().get(parameter).layer());
  }

  /**
   * Names a parameter by DL4J's key.
   *
   * @param layout the network
   * @param index of the parameter
   * @return written e.g. {@code 2_W}
   */
  public static Argument key(NetworkLayout layout, int index) {
    return new Argument.Text(layout.parameters().get(index).key());
  }
}
