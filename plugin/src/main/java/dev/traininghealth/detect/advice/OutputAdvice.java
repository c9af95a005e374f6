package dev.traininghealth.detect.advice;

import dev.traininghealth.detect.Remedy;
import dev.traininghealth.numbers.ActivationTraits;
import dev.traininghealth.numbers.DataSummary;
import dev.traininghealth.numbers.LossTraits;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NetworkLayout.Layer;
import dev.traininghealth.numbers.Range;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Remedies that make output activation, loss and labels fit each other.
 *
 * <p>What is advised depends on the labels as far as they are known: a sigmoid is no remedy for
 * labels that it cannot reach. Labels of several outputs are not distinguished, so that they are
 * not known there.
 */
final class OutputAdvice {
  private static final Range PROBABILITY = new Range(0, 1);

  /**
   * Examples after which labels that are all the same are no chance: if one label in ten is
   * another, 64 are the same with a probability of 0.1 %.
   */
  private static final int MIN_EXAMPLES = 64;

  private static final String LINEAR_CODE =
      ".lossFunction(LossFunctions.LossFunction.MSE).activation(Activation.IDENTITY)";

  static final String BINARY_CODE =
      "new OutputLayer.Builder(LossFunctions.LossFunction.XENT).nOut(1)"
          + ".activation(Activation.SIGMOID)";

  private final NetworkLayout layout;
  private final DataSummary data;
  private final FittingUpdater updater;
  private final LayerAdvice hidden;

  OutputAdvice(NetworkLayout layout, DataSummary data, LearningRateAdvice rates) {
    this.layout = layout;
    this.data = data;
    updater = new FittingUpdater(layout, rates);
    hidden = new LayerAdvice(layout);
  }

  /**
   * {@return remedies that give each output layer the activation and loss for its labels, empty if
   * all have them}
   */
  List<Remedy> fit() {
    List<Remedy> remedies = new ArrayList<>();
    for (int layer = 0; layer < layout.layers().size(); layer++) {
      fit(layer).map(updater::forOutput).map(this::withHiddenLayers).ifPresent(remedies::add);
    }
    return remedies;
  }

  /** Adds what the hidden layers need, if no output would make them learn as they are. */
  private Remedy withHiddenLayers(Remedy remedy) {
    return hidden
        .reluIfGradientFades()
        .map(
            relu ->
                new Remedy(
                    remedy.message().then(relu.message()),
                    remedy.code() + " // and in hidden layers " + relu.code()))
        .orElse(remedy);
  }

  private Optional<Remedy> fit(int index) {
    Layer layer = layout.layers().get(index);
    LossTraits loss = layer.configuration().lossTraits();
    ActivationTraits activation = layer.outputTraits();
    boolean single = layer.configuration().units() == 1;
    if (loss.dividesByLabels() && data.labelMin() <= 0 && data.labelMax() >= 0) {
      return Optional.of(withoutDivision(layer));
    }
    if (single && (activation.isDistribution() || loss.wantsDistribution())) {
      return Optional.of(forOneUnit(index));
    }
    if (loss.wantsDistribution() && !activation.isDistribution()) {
      return Optional.of(
          new Remedy(Message.of("remedy.softmax"), ".activation(Activation.SOFTMAX)"));
    }
    return loss.wantsProbabilities() && !activation.givesProbabilities()
        ? Optional.of(new Remedy(Message.of("remedy.sigmoid"), ".activation(Activation.SIGMOID)"))
        : Optional.empty();
  }

  private Remedy withoutDivision(Layer layer) {
    boolean areClasses =
        layer.outputTraits().givesProbabilities() && !data.areLabelsOutside(PROBABILITY);
    return new Remedy(
        Message.of("remedy.lossWithoutDivision", Argument.text(layer.configuration().loss())),
        ".lossFunction(LossFunctions.LossFunction."
            + (areClasses ? "XENT" : "MEAN_ABSOLUTE_ERROR")
            + ")");
  }

  /** {@return the remedy for one unit that cannot be the probability of one of several classes} */
  private Remedy forOneUnit(int index) {
    LossTraits loss = layout.layers().get(index).configuration().lossTraits();
    boolean isOnlyOutput = layout.onlyOutput() >= 0;
    if (isOnlyOutput && hasManyClasses() && !loss.isError()) {
      return unitForEachClass();
    }
    boolean areQuantities =
        data.areLabelsOutside(PROBABILITY) || (loss.isError() && isBetweenWholeNumbers());
    return isOnlyOutput && areQuantities
        ? linear()
        : new Remedy(Message.of("remedy.sigmoidForOneUnit"), BINARY_CODE);
  }

  /**
   * {@return the remedy for labels that an output layer cannot reach, or for which its loss is not
   * defined}
   *
   * @param output index of the output layer; -1 if there are several
   */
  Remedy fitLabels(int output) {
    LossTraits loss =
        output < 0 ? LossTraits.of("") : layout.layers().get(output).configuration().lossTraits();
    if (loss.hasClassNumbers()) {
      return new Remedy(Message.of("remedy.numberClasses"), ".nOut(numberOfClasses)");
    }
    if (areLabelsConstant()) {
      return DataRemedies.lookAtLabels().get(0);
    }
    return loss.wantsProbabilities() && hasManyClasses() ? unitForEachClass() : linear();
  }

  /** Whether all labels are the same, so that there is nothing to learn. */
  private boolean areLabelsConstant() {
    return data.labelMin() == data.labelMax() && data.labelVectors() >= MIN_EXAMPLES;
  }

  /** Whether the only label column holds the numbers of more than two classes, from 0. */
  private boolean hasManyClasses() {
    return !Double.isNaN(data.labelClassEntropy()) && data.areLabelsOutside(PROBABILITY);
  }

  /** Whether some label of the only column is no whole number, as none of a class is. */
  private boolean isBetweenWholeNumbers() {
    return data.labelColumns() == 1 && Double.isNaN(data.labelClassEntropy());
  }

  private Remedy unitForEachClass() {
    return new Remedy(
        Message.of("remedy.unitForEachClass", Argument.count(Math.round(data.labelMax()) + 1)),
        ".lossFunction(LossFunctions.LossFunction.SPARSE_MCXENT).activation(Activation.SOFTMAX)"
            + ".nOut(numberOfClasses)");
  }

  /**
   * {@return the remedy to let the output reach any label; a linear output starts near 0, so that
   * labels of a large scale are normalized as well}
   */
  private Remedy linear() {
    return areLabelsLarge()
        ? updater.forNormalizedLabels(
            new Remedy(
                Message.of("remedy.linearOfNormalized", Argument.number(labelScale())),
                DataRemedies.NORMALIZE_LABELS_CODE + " // and " + LINEAR_CODE))
        : new Remedy(Message.of("remedy.scaleLabels"), LINEAR_CODE);
  }

  /** {@return the remedy to normalize labels or features, or empty if both are or are unknown} */
  Optional<Remedy> normalize() {
    return normalizeLabels().or(() -> DataAdvice.normalize(data).map(this::withNarrowLabels));
  }

  /**
   * {@return the remedy to normalize labels, and features with them, or empty if labels are no
   * quantity or their scale is not large}
   */
  private Optional<Remedy> normalizeLabels() {
    return areLabelsQuantities() && areLabelsLarge()
        ? Optional.of(
            updater.forNormalizedLabels(
                new Remedy(
                    Message.of("remedy.normalizeWithLabels", Argument.number(labelScale())),
                    DataRemedies.NORMALIZE_LABELS_CODE)))
        : Optional.empty();
  }

  /**
   * {@return the remedy to normalize features, and labels with them if these hardly differ beside
   * their mean}
   *
   * <p>The scale of the features alone then helps nothing: the output would still have to fit a
   * mean that hides what differs.
   *
   * @param features the remedy for the features
   */
  private Remedy withNarrowLabels(Remedy features) {
    double limit = DataAdvice.MIN_RELATIVE_SPREAD * Math.abs(data.labelMean());
    return areLabelsQuantities()
            && data.labelStandardDeviation() > 0
            && data.labelStandardDeviation() < limit
        ? new Remedy(
            features.message().then(Message.of("remedy.normalizeLabels")),
            DataRemedies.NORMALIZE_LABELS_CODE)
        : features;
  }

  private boolean areLabelsQuantities() {
    int output = layout.onlyOutput();
    return output >= 0 && layout.layers().get(output).predictsQuantity();
  }

  private boolean areLabelsLarge() {
    return labelScale() > DataAdvice.UNNORMALIZED_SCALE;
  }

  private double labelScale() {
    return Math.max(Math.abs(data.labelMean()), data.labelStandardDeviation());
  }
}
