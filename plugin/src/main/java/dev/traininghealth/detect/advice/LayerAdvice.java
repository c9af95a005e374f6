package dev.traininghealth.detect.advice;

import dev.traininghealth.detect.Remedy;
import dev.traininghealth.numbers.ActivationTraits;
import dev.traininghealth.numbers.LossTraits;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NetworkLayout.Layer;
import dev.traininghealth.text.NumberText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Remedies that change the layers: only what the network does not have yet is advised. */
final class LayerAdvice {
  /** Layers with weights from which on a plain stack is deep. */
  private static final int DEEP = 8;

  /** Layers with weights below which a gradient has no way to fade. */
  private static final int FEW = 3;

  private final NetworkLayout layout;

  LayerAdvice(NetworkLayout layout) {
    this.layout = layout;
  }

  /** To clip gradients; empty where each layer with parameters has a normalisation of its own. */
  Optional<Remedy> clip() {
    return layout.layers().stream()
            .anyMatch(
                layer ->
                    layer.parameterCount() > 0
                        && layer.configuration().gradientNormalization().isEmpty())
        ? Optional.of(
            new Remedy(
                "Clip the gradient of each layer, so that one bad minibatch cannot throw the weights"
                    + " far.",
                ".gradientNormalization(GradientNormalization.ClipL2PerLayer)"
                    + ".gradientNormalizationThreshold(1.0)"))
        : Optional.empty();
  }

  /** To replace squashing functions in hidden layers; empty without any. */
  Optional<Remedy> reluInsteadOfSquashing() {
    int first = -1;
    int count = 0;
    for (int i = 0; i < layout.layers().size(); i++) {
      Layer layer = layout.layers().get(i);
      if (layer.activationTraits().isSquashing()
          && !layer.configuration().isOutput()
          && !isRecurrent(layer)) {
        first = first < 0 ? i : first;
        count++;
      }
    }
    if (count == 0) {
      return Optional.empty();
    }
    Layer squashing = layout.layers().get(first);
    double slope = squashing.activationTraits().steepestSlope();
    return Optional.of(
        new Remedy(
            "Use ReLU with He initialization instead of "
                + squashing.activation()
                + " in "
                + (count == 1 ? "hidden layer " + first : count + " hidden layers")
                + ": its slope is 1, not "
                + (slope < 1 ? "at most " + NumberText.number(slope) : "near 0 at its limits")
                + ".",
            ".activation(Activation.RELU).weightInit(WeightInit.RELU)"));
  }

  /** To let negative inputs pass a little gradient. */
  static Remedy leakyRelu() {
    return new Remedy(
        "Let units that are below zero pass a little gradient, so that they can come back.",
        ".activation(Activation.LEAKYRELU)");
  }

  /** To initialize rectified layers as their scale needs it; empty where all are. */
  Optional<Remedy> heInitialization() {
    for (Layer layer : layout.layers()) {
      String init = layer.configuration().weightInit();
      if (layer.activationTraits().suitsHeInitialization()
          && !layer.configuration().isOutput()
          && !init.isEmpty()
          && !init.contains("Relu")
          && !init.contains("XavierUniform")
          && !init.equals("WeightInitXavier")) {
        return Optional.of(
            new Remedy(
                "Initialize ReLU layers with variance 2 / nIn (He et al. 2015), which keeps the"
                    + " signal's scale through the layers.",
                ".weightInit(WeightInit.RELU)"));
      }
    }
    return Optional.empty();
  }

  /** To initialize squashing layers where they have a slope; empty where all are. */
  Optional<Remedy> xavierInitialization() {
    for (Layer layer : layout.layers()) {
      String init = layer.configuration().weightInit();
      if (layer.activationTraits().isSquashing()
          && !init.isEmpty()
          && !init.startsWith("WeightInitXavier")) {
        return Optional.of(
            new Remedy(
                "Begin with smaller weights, so that units start where their function has a slope.",
                ".weightInit(WeightInit.XAVIER)"));
      }
    }
    return Optional.empty();
  }

  /**
   * To normalize what goes into the layers; empty in shallow or recurrent networks, and where there
   * is some.
   *
   * @param from the first layer behind which it is advised; -1 for all
   */
  Optional<Remedy> batchNormalization(int from) {
    for (Layer layer : layout.layers()) {
      if (layer.type().equals("BatchNormalization") || isRecurrent(layer)) {
        return Optional.empty();
      }
    }
    return depth() < FEW
        ? Optional.empty()
        : Optional.of(
            new Remedy(
                "Put batch normalization after hidden layers, from layer "
                    + Math.max(0, from)
                    + " on.",
                ".layer(new BatchNormalization())"));
  }

  /** To shorten the way of the gradient; empty where it is not long. */
  Optional<Remedy> shortenStack() {
    return depth() < DEEP
        ? Optional.empty()
        : Optional.of(
            new Remedy(
                "Use fewer layers, or let the gradient pass by them: "
                    + depth()
                    + " layers with weights are many for a plain stack.",
                "new ComputationGraphConfiguration.GraphBuilder(...).addVertex(\"add\", new"
                    + " ElementWiseVertex(ElementWiseVertex.Op.Add), \"in\", \"out\")"
                    + " // skip connection"));
  }

  /** To take recurrent layers that carry the gradient; empty where no layer fails to. */
  Optional<Remedy> lstmInsteadOfSimpleRnn() {
    return layout.layers().stream()
        .filter(layer -> layer.type().equals("SimpleRnn"))
        .findFirst()
        .map(
            layer ->
                new Remedy(
                    "Use LSTM instead of SimpleRnn: its cell carries the gradient over many steps.",
                    "new LSTM.Builder().nOut(" + layer.configuration().units() + ")"));
  }

  /**
   * To give each output layer the activation that its loss is made for; empty where all have it.
   */
  List<Remedy> fitOutput() {
    List<Remedy> remedies = new ArrayList<>();
    for (Layer layer : layout.layers()) {
      LossTraits loss = layer.configuration().lossTraits();
      ActivationTraits activation = layer.activationTraits();
      boolean single = layer.configuration().units() == 1;
      if (single && (activation.isDistribution() || loss.wantsDistribution())) {
        remedies.add(
            new Remedy(
                "For two classes with one output unit take sigmoid and binary cross-entropy.",
                "new OutputLayer.Builder(LossFunctions.LossFunction.XENT).nOut(1)"
                    + ".activation(Activation.SIGMOID)"));
      } else if (loss.wantsDistribution() && !activation.isDistribution()) {
        remedies.add(
            new Remedy(
                "Give the output layer softmax, which this loss is made for.",
                ".activation(Activation.SOFTMAX)"));
      } else if (loss.wantsProbabilities() && !activation.givesProbabilities()) {
        remedies.add(
            new Remedy(
                "Give the output layer sigmoid, which this loss is made for.",
                ".activation(Activation.SIGMOID)"));
      }
    }
    return remedies;
  }

  private static boolean isRecurrent(Layer layer) {
    String type = layer.type();
    return type.contains("LSTM") || type.contains("Rnn") || type.equals("Bidirectional");
  }

  /** Layers with weights. */
  private int depth() {
    return (int) layout.layers().stream().filter(layer -> layer.parameterCount() > 0).count();
  }
}
