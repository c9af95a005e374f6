package dev.traininghealth.numbers;

import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What is known of a loss function, by the name of DL4J's class: a row for each. */
public final class LossTraits {
  private static final Range PROBABILITY = new Range(0, 1);
  private static final Range SIGN = new Range(-1, 1);

  /** Mean absolute deviation of a normal distribution with standard deviation 1. */
  private static final double NORMAL_MEAN_DEVIATION = Math.sqrt(2 / Math.PI);

  /** Of a loss that is not DL4J's, or of none. */
  private static final LossTraits UNKNOWN = new LossTraits(Output.VALUE, Range.ALL);

  private static final Map<String, LossTraits> ROWS =
      Map.ofEntries(
          Map.entry(
              "LossBinaryXENT",
              new LossTraits(Output.PROBABILITIES, PROBABILITY)
                  .constantScores(data -> data.labelBinaryEntropy)),
          Map.entry("LossCosineProximity", new LossTraits(Output.OTHER, Range.ALL)),
          Map.entry("LossFMeasure", new LossTraits(Output.VALUE, PROBABILITY)),
          Map.entry("LossHinge", new LossTraits(Output.VALUE, SIGN)),
          Map.entry("LossKLD", new LossTraits(Output.DISTRIBUTION, PROBABILITY)),
          Map.entry(
              "LossL1",
              new LossTraits(Output.VALUE, Range.ALL)
                  .constantScores(data -> meanDeviation(data) * data.labelColumns)),
          Map.entry(
              "LossL2",
              new LossTraits(Output.SQUARED, Range.ALL)
                  .constantScores(data -> data.labelVariance * data.labelColumns)),
          Map.entry(
              "LossMAE",
              new LossTraits(Output.VALUE, Range.ALL).constantScores(LossTraits::meanDeviation)),
          Map.entry("LossMAPE", new LossTraits(Output.VALUE, Range.ALL)),
          Map.entry(
              "LossMCXENT",
              new LossTraits(Output.DISTRIBUTION, PROBABILITY)
                  .constantScores(data -> data.labelEntropy)),
          Map.entry(
              "LossMSE",
              new LossTraits(Output.SQUARED, Range.ALL).constantScores(data -> data.labelVariance)),
          Map.entry(
              "LossMSLE", new LossTraits(Output.VALUE, new Range(-1, Double.POSITIVE_INFINITY))),
          Map.entry("LossMixtureDensity", new LossTraits(Output.OTHER, Range.ALL)),
          Map.entry("LossMultiLabel", new LossTraits(Output.OTHER, PROBABILITY)),
          Map.entry(
              "LossNegativeLogLikelihood",
              new LossTraits(Output.DISTRIBUTION, PROBABILITY)
                  .constantScores(data -> data.labelEntropy)),
          Map.entry(
              "LossPoisson", new LossTraits(Output.VALUE, new Range(0, Double.POSITIVE_INFINITY))),
          Map.entry("LossSparseMCXENT", new LossTraits(Output.OF_CLASS_NUMBERS, Range.ALL)),
          Map.entry("LossSquaredHinge", new LossTraits(Output.VALUE, SIGN)),
          Map.entry("LossWasserstein", new LossTraits(Output.OTHER, Range.ALL)));

  private final Output output;
  private final Range labels;
  private final ToDoubleFunction<DataSummary> constantScore;

  /** What the loss makes of the network's output. */
  private enum Output {
    /** Compares it with the label. */
    VALUE,
    /** Squares its difference from the label. */
    SQUARED,
    /** Takes its logarithm, as the probability of a yes. */
    PROBABILITIES,
    /** Takes its logarithm, as the probabilities of classes. */
    DISTRIBUTION,
    /** The same, with the numbers of classes for labels. */
    OF_CLASS_NUMBERS,
    /** Something else: the best output is not the label. */
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

  /** Mean absolute deviation of the labels of a column, if they are normal. */
  private static double meanDeviation(DataSummary data) {
    return NORMAL_MEAN_DEVIATION * Math.sqrt(data.labelVariance);
  }

  /**
   * Looks a loss up.
   *
   * @param name simple name of its class, e.g. {@code LossMCXENT}; empty for none
   * @return what is known of it; of a loss that is not DL4J's that it compares outputs with labels
   */
  public static LossTraits of(String name) {
    return ROWS.getOrDefault(name, UNKNOWN);
  }

  /** {@return whether it is one of DL4J's losses} */
  public boolean isKnown() {
    return this != UNKNOWN;
  }

  /** {@return whether it takes the logarithm of outputs, which have to be probabilities} */
  public boolean wantsProbabilities() {
    return output == Output.PROBABILITIES || wantsDistribution();
  }

  /** {@return whether outputs have to be the probabilities of classes, which add up to 1} */
  public boolean wantsDistribution() {
    return output == Output.DISTRIBUTION || hasClassNumbers();
  }

  /** {@return whether a label is the number of a class, from 0} */
  public boolean hasClassNumbers() {
    return output == Output.OF_CLASS_NUMBERS;
  }

  /** {@return whether the best output is the label itself, which it therefore has to reach} */
  public boolean comparesWithLabels() {
    return output != Output.OTHER && !hasClassNumbers();
  }

  /** {@return the labels that it has a meaning for} */
  public Range labels() {
    return labels;
  }

  /** {@return whether it is a squared error} */
  public boolean isSquaredError() {
    return output == Output.SQUARED;
  }

  /**
   * Returns the score of the best constant prediction, which a network comes to that has learned
   * nothing of the features.
   *
   * @param data the labels that were seen
   * @return the score without regularization; NaN where it is not known for the loss
   */
  public double constantPredictionScore(DataSummary data) {
    return constantScore.applyAsDouble(data);
  }
}
