package dev.traininghealth.samples.corpus;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationLReLU;

/** The activation functions of the case files. */
final class Activations {
  static final String LINEAR = "linear";
  static final String SIGMOID = "sigmoid";

  private static final String EXPONENTIAL = "exponential";
  private static final String LEAKY_RELU = "leaky_relu";

  /** Slope of a leaky ReLU below 0, as in Keras; DL4J's is 0.01. */
  private static final double LEAKY_SLOPE = 0.3;

  private static final Map<String, Activation> KNOWN =
      Map.ofEntries(
          Map.entry(LINEAR, Activation.IDENTITY),
          Map.entry("relu", Activation.RELU),
          Map.entry(SIGMOID, Activation.SIGMOID),
          Map.entry("tanh", Activation.TANH),
          Map.entry("softmax", Activation.SOFTMAX),
          Map.entry("elu", Activation.ELU),
          Map.entry("hard_sigmoid", Activation.HARDSIGMOID),
          Map.entry("softplus", Activation.SOFTPLUS),
          Map.entry("softsign", Activation.SOFTSIGN),
          Map.entry("swish", Activation.SWISH),
          Map.entry("selu", Activation.SELU),
          Map.entry("gelu", Activation.GELU),
          Map.entry("relu6", Activation.RELU6));

  private Activations() {}

  /** The activation of a layer, or the usual one if the layer does not specify any. */
  static IActivation of(Fields layer, String usual) throws CorpusException {
    String name = name(layer, usual);
    if (name.equals(LEAKY_RELU)) {
      return new ActivationLReLU(layer.number("alpha", LEAKY_SLOPE));
    }
    if (name.equals(EXPONENTIAL)) {
      return new ExponentialActivation();
    }
    Activation known = KNOWN.get(name);
    if (known == null) {
      Set<String> all = new HashSet<>(KNOWN.keySet());
      all.addAll(Set.of(EXPONENTIAL, LEAKY_RELU));
      throw layer.unknown("activation", all);
    }
    return known.getActivationFunction();
  }

  /** The name of a layer's activation, which is also the type of a {@code leaky_relu} layer. */
  static String name(Fields layer, String usual) throws CorpusException {
    return layer.text("type").equals(LEAKY_RELU) ? LEAKY_RELU : layer.text("activation", usual);
  }

  /** Whether a layer is an activation alone. */
  static boolean isLayer(Fields layer) throws CorpusException {
    String type = layer.text("type");
    return type.equals("activation") || type.equals(LEAKY_RELU);
  }
}
