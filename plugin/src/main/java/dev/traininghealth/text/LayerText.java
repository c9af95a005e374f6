package dev.traininghealth.text;

import dev.traininghealth.numbers.NetworkLayout;
import java.util.ArrayList;
import java.util.List;

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

  /**
   * {@return a message whose first arguments are a parameter's key and layer}
   *
   * @param key key of the text
   * @param layout the network
   * @param parameter index of the parameter
   * @param more the other arguments
   */
  public static Message ofParameter(
      String key, NetworkLayout layout, int parameter, Argument... more) {
    List<Argument> arguments = new ArrayList<>();
    arguments.add(key(layout, parameter));
    arguments.add(layerOf(layout, parameter));
    arguments.addAll(List.of(more));
    return new Message(key, arguments);
  }
}
