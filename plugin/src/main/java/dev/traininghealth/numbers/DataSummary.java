package dev.traininghealth.numbers;

/**
 * Statistics of features and labels over the minibatches summarized so far.
 *
 * <p>Non-finite elements are left out. The statistics show whether features, labels, loss and
 * output activation fit each other. Before the first minibatch, counts are 0 and all other
 * statistics NaN.
 */
public final class DataSummary {
  /**
   * Factor above the usual size from which an example is an outlier, a power of ten. Examples of
   * one scale, such as texts or dark and bright images, differ by less.
   */
  public static final double OUTLIER_FACTOR = 10;

  /**
   * Distance from a sum of 1 that is allowed to labels that are probabilities, for rounding. HALF
   * has numbers near 1 that are 9.8e-4 apart, and several of them are added.
   */
  public static final double LABEL_SUM_TOLERANCE = 2e-3;

  /**
   * Distance from a range that is allowed to a label, for rounding. It covers HALF, whose numbers
   * near 1 are 9.8e-4 apart.
   */
  private static final double LABEL_TOLERANCE = 1e-3;

  /** Number of summarized minibatches; 0 before the first. */
  public int minibatches;

  /** Smallest feature. */
  public double featureMin = Double.NaN;

  /** Largest feature. */
  public double featureMax = Double.NaN;

  /** Mean of all features. */
  public double featureMean = Double.NaN;

  /** Standard deviation of all features around their common mean. */
  public double featureStandardDeviation = Double.NaN;

  /**
   * Number of features of an example that are counted, evenly spread, at most 10,000.
   *
   * <p>Each pixel and channel of an image counts, and each feature of a series. 0 if they are not
   * counted, for example if images differ in size.
   */
  public int featureColumns;

  /**
   * Number of {@link #featureColumns} with the same value in each inspected example and time step.
   *
   * <p>It is known after ten distinct examples. If all examples have the same features, it is known
   * after five minibatches with at least ten examples whose labels differ. Before that, and in
   * networks with several inputs, it is 0.
   */
  public int constantFeatureColumns;

  /** Number of dimensions of the features, 4 for images; 0 before the first minibatch. */
  public int featureRank;

  /**
   * Number of examples whose features were at least {@value #OUTLIER_FACTOR} times as large as
   * those of the minibatches before, as root mean squares, in minibatches with few of them.
   */
  public int outlierExamples;

  /** Index of the latest of the {@link #outlierExamples} in its minibatch; -1 if there is none. */
  public int outlierExample = -1;

  /** How many times as large its features were, as root mean squares; NaN if there is none. */
  public double outlierScale = Double.NaN;

  /** Smallest label. */
  public double labelMin = Double.NaN;

  /** Largest label. */
  public double labelMax = Double.NaN;

  /** Mean of all labels. */
  public double labelMean = Double.NaN;

  /** Standard deviation of all labels around their common mean. */
  public double labelStandardDeviation = Double.NaN;

  /**
   * Number of labels of an example (classes of a time step) that are counted, at most 10,000; 0 if
   * they are not counted.
   */
  public int labelColumns;

  /**
   * Mean variance of the label columns: the mean squared error of the best constant prediction.
   * NaN, like the next two, if labels have time steps or positions.
   */
  public double labelVariance = Double.NaN;

  /**
   * Share of the label vectors whose sum is neither 1 nor 0: the labels of softmax add up to 1. NaN
   * as {@link #labelVariance}.
   */
  public double otherLabelSumShare = Double.NaN;

  /**
   * Whether each label vector has the same label in all of several columns; false if that is
   * unknown, as {@link #labelVariance}.
   */
  public boolean areLabelColumnsEqual;

  /** Number of label vectors from which {@link #labelVariance} is known. */
  public long labelVectors;

  /**
   * Mean of the label column with the largest mean, the share of the most frequent class if labels
   * are classes; the larger of mean and 1 − mean for a single column. NaN as {@link
   * #labelVariance}.
   */
  public double largestLabelShare = Double.NaN;

  /** Number of minibatches of at least eight examples whose labels were compared. */
  public int comparedLabelMinibatches;

  /** Number of these in which all examples had the same label. */
  public int uniformLabelMinibatches;

  /**
   * How often the label of the first example was another than in the minibatch before, among those
   * that are read without a gap.
   */
  public int labelChanges;

  /** Entropy of the classes, nats: the cross-entropy of the best constant prediction. */
  public double labelEntropy = Double.NaN;

  /**
   * Entropy of the classes, nats, if the only label column has their numbers, from 0; NaN else. The
   * sparse cross-entropy of the best constant prediction.
   */
  public double labelClassEntropy = Double.NaN;

  /**
   * Sum of the entropies of the label columns, nats: the binary cross-entropy of the best constant
   * prediction.
   */
  public double labelBinaryEntropy = Double.NaN;

  DataSummary() {}

  /**
   * {@return whether labels are outside of a range by more than rounding; false without labels}
   *
   * @param range of valid labels
   */
  public boolean areLabelsOutside(Range range) {
    return labelMin < range.low() - LABEL_TOLERANCE || areLabelsAbove(range);
  }

  /**
   * {@return whether labels are above a range by more than rounding; false without labels}
   *
   * @param range of valid labels
   */
  public boolean areLabelsAbove(Range range) {
    return labelMax > range.high() + LABEL_TOLERANCE;
  }

  /**
   * Sets all statistics to those of another summary.
   *
   * @param other is only read
   * @hidden
   */
  public void copyFrom(DataSummary other) {
    minibatches = other.minibatches;
    featureMin = other.featureMin;
    featureMax = other.featureMax;
    featureMean = other.featureMean;
    featureStandardDeviation = other.featureStandardDeviation;
    featureColumns = other.featureColumns;
    constantFeatureColumns = other.constantFeatureColumns;
    featureRank = other.featureRank;
    outlierExamples = other.outlierExamples;
    outlierExample = other.outlierExample;
    outlierScale = other.outlierScale;
    labelMin = other.labelMin;
    labelMax = other.labelMax;
    labelMean = other.labelMean;
    labelStandardDeviation = other.labelStandardDeviation;
    otherLabelSumShare = other.otherLabelSumShare;
    areLabelColumnsEqual = other.areLabelColumnsEqual;
    labelVectors = other.labelVectors;
    largestLabelShare = other.largestLabelShare;
    comparedLabelMinibatches = other.comparedLabelMinibatches;
    uniformLabelMinibatches = other.uniformLabelMinibatches;
    labelChanges = other.labelChanges;
    labelColumns = other.labelColumns;
    labelVariance = other.labelVariance;
    labelEntropy = other.labelEntropy;
    labelClassEntropy = other.labelClassEntropy;
    labelBinaryEntropy = other.labelBinaryEntropy;
  }
}
