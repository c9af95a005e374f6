package dev.traininghealth.text;

import dev.traininghealth.numbers.NetworkLayout;

/**
 * Layers and parameters as arguments of messages.
 *
 * @hidden
 */
public final class LayerText {
  private LayerText() {}

  /**
   * Returns a layer as the user knows it: number, the user's name if there is one, type and
   * activation.
   *
   * <p>The word for "layer" is part of the message.
   *
   * @param layout the network
   * @param index index of the layer
   * @return the argument, formatted e.g. {@code 2 "hidden" (DenseLayer, relu)}
   */
  public static Argument layer(NetworkLayout layout, int index) {
    NetworkLayout.Layer layer = layout.layers().get(index);
    String name = layer.name();
    boolean named = !name.equals("layer" + index) && !name.equals(String.valueOf(index));
    return new Argument.Layer(index, named ? name : "", layer.type(), layer.activation());
  }

  /**
   * {@return the layer of a parameter, as {@link #layer} returns it}
   *
   * @param layout the network
   * @param parameter index of the parameter
   */
  public static Argument layerOf(NetworkLayout layout, int parameter) {
    return layer(layout, layout.parameters().get(parameter).layer());
  }

  /**
   * {@return DL4J's key of a parameter, e.g. {@code 2_W}}
   *
   * @param layout the network
   * @param index index of the parameter
   */
  public static Argument key(NetworkLayout layout, int index) {
    return new Argument.Text(layout.parameters().get(index).key());
  }
}
