package dev.traininghealth.numbers;

import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Properties of DL4J's loss functions, found by class name. */
public final class LossTraits {
  private static final Range PROBABILITY = new Range(0, 1);
  private static final Range SIGN = new Range(-1, 1);

  /** Mean absolute deviation of a normal distribution with standard deviation 1. */
  private static final double NORMAL_MEAN_DEVIATION = Math.sqrt(2 / Math.PI);

  /** Traits of a loss that is not DL4J's, or of none. */
  private static final LossTraits UNKNOWN = new LossTraits(Output.VALUE, Range.ALL);

  private static final Map<String, LossTraits> ROWS =
      Map.ofEntries(
          Map.entry(
              "LossBinaryXENT",
              new LossTraits(Output.PROBABILITIES, PROBABILITY)
                  .constantScores(data -> data.labelBinaryEntropy())),
          Map.entry("LossCosineProximity", new LossTraits(Output.OTHER, Range.ALL)),
          Map.entry("LossFMeasure", new LossTraits(Output.VALUE, PROBABILITY)),
          Map.entry("LossHinge", new LossTraits(Output.VALUE, SIGN)),
          Map.entry("LossKLD", new LossTraits(Output.DIVERGENCE, PROBABILITY)),
          Map.entry(
              "LossL1",
              new LossTraits(Output.ABSOLUTE, Range.ALL)
                  .constantScores(data -> meanDeviation(data) * data.labelColumns())),
          Map.entry(
              "LossL2",
              new LossTraits(Output.SQUARED, Range.ALL)
                  .constantScores(data -> data.labelVariance() * data.labelColumns())),
          Map.entry(
              "LossMAE",
              new LossTraits(Output.ABSOLUTE, Range.ALL).constantScores(LossTraits::meanDeviation)),
          Map.entry("LossMAPE", new LossTraits(Output.RELATIVE, Range.ALL)),
          Map.entry(
              "LossMCXENT",
              new LossTraits(Output.DISTRIBUTION, PROBABILITY)
                  .constantScores(data -> data.labelEntropy())),
          Map.entry(
              "LossMSE",
              new LossTraits(Output.SQUARED, Range.ALL)
                  .constantScores(data -> data.labelVariance())),
          Map.entry(
              "LossMSLE", new LossTraits(Output.VALUE, new Range(-1, Double.POSITIVE_INFINITY))),
          Map.entry("LossMixtureDensity", new LossTraits(Output.OTHER, Range.ALL)),
          Map.entry("LossMultiLabel", new LossTraits(Output.OTHER, PROBABILITY)),
          Map.entry(
              "LossNegativeLogLikelihood",
              new LossTraits(Output.DISTRIBUTION, PROBABILITY)
                  .constantScores(data -> data.labelEntropy())),
          Map.entry(
              "LossPoisson", new LossTraits(Output.VALUE, new Range(0, Double.POSITIVE_INFINITY))),
          Map.entry(
              "LossSparseMCXENT",
              new LossTraits(Output.OF_CLASS_NUMBERS, Range.ALL)
                  .constantScores(data -> data.labelClassEntropy())),
          Map.entry("LossSquaredHinge", new LossTraits(Output.VALUE, SIGN)),
          Map.entry("LossWasserstein", new LossTraits(Output.OTHER, Range.ALL)));

  private final Output output;
  private final Range labels;
  private final ToDoubleFunction<DataSummary> constantScore;

  /** How the loss uses the network's output. */
  private enum Output {
    /** Compares it with the label. */
    VALUE,
    /** Divides its difference from the label by the label. */
    RELATIVE,
    /** Takes the absolute value of its difference from the label. */
    ABSOLUTE,
    /** Squares its difference from the label. */
    SQUARED,
    /** Takes the logarithm of each output, as an independent probability. */
    PROBABILITIES,
    /** Takes the logarithm of the outputs, as the probabilities of classes. */
    DISTRIBUTION,
    /** As {@link #DISTRIBUTION}, but also used with the probability of one class. */
    DIVERGENCE,
    /** As {@link #DISTRIBUTION}, but each label is the number of a class. */
    OF_CLASS_NUMBERS,
    /** Anything else, for which the best output is not the label. */
    OTHER
  }

  private LossTraits(Output output, Range labels) {
    this(output, labels, data -> Double.NaN);
  }

  private LossTraits(Output output, Range labels, ToDoubleFunction<DataSummary> constantScore) {
    this.output = output;
    this.labels = labels;
    this.constantScore = constantScore;
  }

  private LossTraits constantScores(ToDoubleFunction<DataSummary> score) {
    return new LossTraits(output, labels, score);
  }

  /**
   * {@return the mean absolute deviation of the labels of a column, assuming a normal distribution}
   */
  private static double meanDeviation(DataSummary data) {
    return NORMAL_MEAN_DEVIATION * Math.sqrt(data.labelVariance());
  }

  /**
   * {@return the traits of a loss, or those of one that compares outputs with labels if it is not
   * DL4J's}
   *
   * @param name simple name of its class, e.g. {@code LossMCXENT}; empty for none
   */
  public static LossTraits of(String name) {
    return ROWS.getOrDefault(name, UNKNOWN);
  }

  /** {@return whether it is one of DL4J's losses} */
  public boolean isKnown() {
    return this != UNKNOWN;
  }

  /** {@return whether it takes the logarithm of outputs, which must be probabilities} */
  public boolean wantsProbabilities() {
    return output == Output.PROBABILITIES || wantsDistribution();
  }

  /** {@return whether outputs must be probabilities of classes, which add up to 1} */
  public boolean wantsDistribution() {
    return output == Output.DIVERGENCE || rewardsTrueClassOnly();
  }

  /** {@return whether it is a cross-entropy of classes, in which one output alone has a term} */
  public boolean rewardsTrueClassOnly() {
    return output == Output.DISTRIBUTION || hasClassNumbers();
  }

  /** {@return whether a label is the number of a class, from 0} */
  public boolean hasClassNumbers() {
    return output == Output.OF_CLASS_NUMBERS;
  }

  /**
   * {@return whether the best output is the label itself, so that outputs must be able to reach it}
   */
  public boolean comparesWithLabels() {
    return output != Output.OTHER && !hasClassNumbers();
  }

  /** {@return the range of labels for which it is defined} */
  public Range labels() {
    return labels;
  }

  /** {@return whether its labels are -1 and 1, so that a label of 0 has no gradient} */
  public boolean wantsSigns() {
    return labels.equals(SIGN);
  }

  /** {@return whether it is a squared or absolute error} */
  public boolean isError() {
    return output == Output.SQUARED || output == Output.ABSOLUTE;
  }

  /** {@return whether it divides by the labels, so that it is not defined for a label of 0} */
  public boolean dividesByLabels() {
    return output == Output.RELATIVE;
  }

  /** {@return whether it is a squared error} */
  public boolean isSquaredError() {
    return output == Output.SQUARED;
  }

  /**
   * Returns the score of the best constant prediction.
   *
   * <p>A network that has learned nothing from the features converges to it.
   *
   * @param data statistics of the labels
   * @return the score without regularization; NaN if it is unknown for this loss
   */
  public double constantPredictionScore(DataSummary data) {
    return constantScore.applyAsDouble(data);
  }
}
