package dev.traininghealth.numbers;

/**
 * What the minibatches summarized so far hold, non-finite elements left out: enough to tell whether
 * features, labels, loss and output activation fit each other.
 */
public final class DataSummary {
  /** Minibatches summarized; 0 before the first. */
  public int minibatches;

  /** Smallest feature. */
  public double featureMin = Double.NaN;

  /** Largest feature. */
  public double featureMax = Double.NaN;

  /** Mean of all features. */
  public double featureMean = Double.NaN;

  /** Standard deviation of all features about their common mean. */
  public double featureStandardDeviation = Double.NaN;

  /**
   * Features of an example (each pixel and channel of an image, features of a series), at most
   * 10,000 of them, evenly spread; 0 if not counted, as where images differ in size.
   */
  public int featureColumns;

  /**
   * How many of them had the same value in every example (and time step) that was looked at. Known
   * after ten distinct examples, or, where all examples have the same features, after five
   * minibatches of ten examples in all whose labels differ; 0 before, and in a network with several
   * inputs.
   */
  public int constantFeatureColumns;

  /** Smallest label. */
  public double labelMin = Double.NaN;

  /** Largest label. */
  public double labelMax = Double.NaN;

  /** Labels of an example (classes of a step), at most 10,000 of them; 0 if not counted. */
  public int labelColumns;

  /**
   * Mean over the label columns of their variance: the mean squared error of the best constant
   * prediction. NaN, as the two that follow, where labels have steps or positions.
   */
  public double labelVariance = Double.NaN;

  /** Entropy of the classes in nats: the cross-entropy of the best constant prediction. */
  public double labelEntropy = Double.NaN;

  /** Sum over the label columns of their entropy in nats: its binary cross-entropy. */
  public double labelBinaryEntropy = Double.NaN;

  DataSummary() {}

  void copyFrom(DataSummary other) {
    minibatches = other.minibatches;
    featureMin = other.featureMin;
    featureMax = other.featureMax;
    featureMean = other.featureMean;
    featureStandardDeviation = other.featureStandardDeviation;
    featureColumns = other.featureColumns;
    constantFeatureColumns = other.constantFeatureColumns;
    labelMin = other.labelMin;
    labelMax = other.labelMax;
    labelColumns = other.labelColumns;
    labelVariance = other.labelVariance;
    labelEntropy = other.labelEntropy;
    labelBinaryEntropy = other.labelBinaryEntropy;
  }
}
