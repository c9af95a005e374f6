package dev.traininghealth.detect.advice;

import dev.traininghealth.detect.Remedy;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NetworkLayout.Layer;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import dev.traininghealth.text.NumberText;
import java.util.Optional;

/** Remedies that change the layers, without those that the network already has. */
final class LayerAdvice {
  /**
   * Number of layers with parameters from which a network without skip connections is deep. With a
   * mean slope of one half per layer, eight layers reduce a gradient by 256.
   */
  private static final int DEEP_LAYERS = 8;

  /**
   * Number of layers with parameters below which a gradient hardly fades: with two, it passes one
   * activation function.
   */
  private static final int FADING_LAYERS = 3;

  /** The updater that keeps the largest mean of squared gradients, which does not fade. */
  private static final String STEADY_UPDATER = "AMSGrad";

  /**
   * Ratio below which a learning rate that brings updates to their usual size is a guess: more than
   * 30 times as large, it may be beyond what the curvature of the loss allows, or still too low.
   */
  private static final double FAR_TOO_SMALL_RATIO = 3e-5;

  /**
   * Share of a gradient that squashing functions pass at most, below which another output alone
   * does not make the first layers learn. Four sigmoid layers pass 0.4 %.
   */
  private static final double FADED_SHARE = 0.01;

  private final NetworkLayout layout;

  LayerAdvice(NetworkLayout layout) {
    this.layout = layout;
  }

  /**
   * {@return the remedy to clip gradients, or empty if each layer with parameters has a gradient
   * normalization}
   */
  Optional<Remedy> clip() {
    return layout.layers().stream()
            .anyMatch(
                layer ->
                    layer.parameterCount() > 0
                        && layer.configuration().gradientNormalization().isEmpty())
        ? Optional.of(
            new Remedy(
                Message.of("remedy.clip"),
                // 1 is the usual threshold of a fixed norm
                ".gradientNormalization(GradientNormalization.ClipL2PerLayer)"
                    + ".gradientNormalizationThreshold(1.0)"))
        : Optional.empty();
  }

  /**
   * {@return the remedy to replace squashing functions in hidden layers, or empty if there are
   * none}
   */
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
    Argument activation = Argument.text(squashing.activation());
    Message replace =
        count == 1
            ? Message.of("remedy.relu.layer", activation, Argument.count(first))
            : Message.of("remedy.relu.layers", activation, Argument.count(count));
    return Optional.of(
        new Remedy(
            replace.then(
                slope < 1
                    ? Message.of("remedy.relu.slope", activation, Argument.number(slope))
                    : Message.of("remedy.relu.limits", activation)),
            ".activation(Activation.RELU).weightInit(WeightInit.RELU)"));
  }

  /**
   * {@return that remedy if squashing functions leave the first layers hardly any gradient, however
   * the weights are initialized, and no batch normalization helps; otherwise empty}
   */
  Optional<Remedy> reluIfGradientFades() {
    double passed = 1;
    for (Layer layer : layout.layers()) {
      if (layer.type().equals("BatchNormalization")) {
        return Optional.empty();
      }
      if (layer.activationTraits().isSquashing()
          && !layer.configuration().isOutput()
          && !isRecurrent(layer)) {
        passed *= Math.min(1, layer.activationTraits().steepestSlope());
      }
    }
    return passed < FADED_SHARE ? reluInsteadOfSquashing() : Optional.empty();
  }

  /**
   * {@return the remedy to give an updater an epsilon that half precision can represent}
   *
   * @param layer index of a layer with such an updater
   * @param rate its learning rate
   */
  Optional<Remedy> representableEpsilon(int layer, double rate) {
    String updater = layout.layers().get(layer).configuration().updater();
    return Optional.of(
        new Remedy(
            Message.of("remedy.epsilon", Argument.text(updater)),
            ".updater("
                + updater
                + ".builder().learningRate("
                + NumberText.number(rate)
                + ").epsilon(1e-4).build())"));
  }

  /** {@return the check of a derivative that the user wrote, or empty if there is none} */
  Optional<Remedy> checkDerivative() {
    return layout.layers().stream()
        .map(layer -> layer.configuration().userDerivative())
        .filter(name -> !name.isEmpty())
        .findFirst()
        .map(
            name ->
                new Remedy(
                    Message.of("remedy.checkDerivative", Argument.text(name)),
                    // DL4J checks DOUBLE networks with plain SGD only
                    "GradientCheckUtil.checkGradients(new GradientCheckUtil.MLNConfig()"
                        + ".net(net).input(features).labels(labels))"
                        + " // with .dataType(DataType.DOUBLE).updater(new NoOp())"));
  }

  /**
   * {@return the remedy to use an updater whose steps do not depend on the size of the gradient, or
   * empty if updates are not far from their usual size, or the updater is one}
   *
   * @param ratio the current update:parameter ratio
   */
  Optional<Remedy> adam(double ratio) {
    if (!(ratio < FAR_TOO_SMALL_RATIO)) {
      return Optional.empty();
    }
    for (Layer layer : layout.layers()) {
      String updater = layer.configuration().updater();
      if (updater.equals("Sgd") || updater.equals("Nesterovs")) {
        return Optional.of(
            new Remedy(
                Message.of("remedy.adam", Argument.text(updater)),
                UpdaterCode.adam(LearningRateAdvice.usualOfAdam(layout))));
      }
    }
    return Optional.empty();
  }

  /**
   * {@return the remedy to let steps stay small once gradients are, or empty if no updater divides
   * by a mean of squared gradients that fades}
   *
   * @param rate the configured learning rate
   */
  Optional<Remedy> steadySecondMoment(double rate) {
    for (Layer layer : layout.layers()) {
      String updater = layer.configuration().updater();
      if (LearningRateAdvice.STEPS_OF_RATE.contains(updater) && !updater.equals(STEADY_UPDATER)) {
        return Optional.of(
            new Remedy(
                Message.of("remedy.steadySecondMoment", Argument.text(updater)),
                ".updater(new " + STEADY_UPDATER + "(" + NumberText.number(rate) + "))"));
      }
    }
    return Optional.empty();
  }

  /** {@return the remedy to let a small gradient pass for negative inputs} */
  static Remedy leakyRelu() {
    return new Remedy(Message.of("remedy.leakyRelu"), ".activation(Activation.LEAKYRELU)");
  }

  /** {@return the remedy to initialize rectified layers for their scale, or empty if they are} */
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
            new Remedy(Message.of("remedy.heInitialization"), ".weightInit(WeightInit.RELU)"));
      }
    }
    return Optional.empty();
  }

  /**
   * {@return the remedy to initialize squashing layers where they have a slope, or empty if they
   * are}
   */
  Optional<Remedy> xavierInitialization() {
    for (Layer layer : layout.layers()) {
      String init = layer.configuration().weightInit();
      if (layer.activationTraits().isSquashing()
          && !init.isEmpty()
          && !init.startsWith("WeightInitXavier")) {
        return Optional.of(
            new Remedy(
                Message.of("remedy.xavierInitialization"), ".weightInit(WeightInit.XAVIER)"));
      }
    }
    return Optional.empty();
  }

  /**
   * Returns the remedy to normalize the inputs of layers.
   *
   * @param from the first layer after which it is advised; -1 for all
   * @return the remedy; empty in shallow or recurrent networks and in those with batch
   *     normalization
   */
  Optional<Remedy> batchNormalization(int from) {
    for (Layer layer : layout.layers()) {
      if (layer.type().equals("BatchNormalization") || isRecurrent(layer)) {
        return Optional.empty();
      }
    }
    return depth() < FADING_LAYERS
        ? Optional.empty()
        : Optional.of(
            new Remedy(
                Message.of("remedy.batchNormalization", Argument.count(Math.max(0, from))),
                ".layer(new BatchNormalization())"));
  }

  /** {@return the remedy to shorten the path of the gradient, or empty if it is short} */
  Optional<Remedy> shortenStack() {
    return depth() < DEEP_LAYERS
        ? Optional.empty()
        : Optional.of(
            new Remedy(
                Message.of("remedy.fewerLayers", Argument.count(depth())),
                "new ComputationGraphConfiguration.GraphBuilder(...).addVertex(\"add\", new"
                    + " ElementWiseVertex(ElementWiseVertex.Op.Add), \"in\", \"out\")"
                    + " // skip connection"));
  }

  /**
   * {@return the remedy to replace {@code SimpleRnn} by a layer that preserves the gradient, or
   * empty if there is none}
   */
  Optional<Remedy> lstmInsteadOfSimpleRnn() {
    return layout.layers().stream()
        .filter(layer -> layer.type().equals("SimpleRnn"))
        .findFirst()
        .map(
            layer ->
                new Remedy(
                    Message.of("remedy.lstm"),
                    "new LSTM.Builder().nOut(" + layer.configuration().units() + ")"));
  }

  /**
   * {@return the remedy to limit the state of an LSTM that has a rectified activation function, or
   * empty if there is none}
   */
  Optional<Remedy> tanhInRecurrent() {
    for (int i = 0; i < layout.layers().size(); i++) {
      Layer layer = layout.layers().get(i);
      if (layer.type().contains("LSTM") && layer.activationTraits().isRectified()) {
        return Optional.of(
            new Remedy(
                Message.of(
                    "remedy.tanhInRecurrent", Argument.count(i), Argument.text(layer.activation())),
                "new " + layer.type() + ".Builder().activation(Activation.TANH)"));
      }
    }
    return Optional.empty();
  }

  private static boolean isRecurrent(Layer layer) {
    String type = layer.type();
    return type.contains("LSTM") || type.contains("Rnn") || type.equals("Bidirectional");
  }

  /** {@return the number of depths at which there are layers with parameters} */
  private int depth() {
    return (int)
        layout.layers().stream()
            .filter(layer -> layer.parameterCount() > 0)
            .mapToInt(Layer::depth)
            .distinct()
            .count();
  }
}
