package dev.traininghealth.numbers;

/**
 * Statistics of features and labels over the minibatches summarized so far.
 *
 * <p>Non-finite elements are left out. The statistics show whether features, labels, loss and
 * output activation fit each other. Before the first minibatch, counts are 0 and all other
 * statistics NaN.
 */
public interface DataSummary {
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

  /** {@return number of summarized minibatches; 0 before the first} */
  int minibatches();

  /** {@return smallest feature} */
  double featureMin();

  /** {@return largest feature} */
  double featureMax();

  /** {@return mean of all features} */
  double featureMean();

  /** {@return standard deviation of all features around their common mean} */
  double featureStandardDeviation();

  /**
   * {@return number of features of an example that are counted, evenly spread, at most 10,000}
   *
   * <p>Each pixel and channel of an image counts, and each feature of a series. 0 if they are not
   * counted, for example if images differ in size.
   */
  int featureColumns();

  /**
   * {@return number of {@link #featureColumns} with the same value in each inspected example and
   * time step}
   *
   * <p>It is known after ten distinct examples. If all examples have the same features, it is known
   * after five minibatches with at least ten examples whose labels differ. Before that, and in
   * networks with several inputs, it is 0.
   */
  int constantFeatureColumns();

  /** {@return number of dimensions of the features, 4 for images; 0 before the first minibatch} */
  int featureRank();

  /**
   * {@return number of examples whose features were at least {@value #OUTLIER_FACTOR} times as
   * large as those of the minibatches before, as root mean squares, in minibatches with few of
   * them}
   */
  int outlierExamples();

  /**
   * {@return index of the latest of the {@link #outlierExamples} in its minibatch; -1 if there is
   * none}
   */
  int outlierExample();

  /**
   * {@return how many times as large its features were, as root mean squares; NaN if there is none}
   */
  double outlierScale();

  /** {@return smallest label} */
  double labelMin();

  /** {@return largest label} */
  double labelMax();

  /** {@return mean of all labels} */
  double labelMean();

  /** {@return standard deviation of all labels around their common mean} */
  double labelStandardDeviation();

  /**
   * {@return number of labels of an example (classes of a time step) that are counted, at most
   * 10,000; 0 if they are not counted}
   */
  int labelColumns();

  /**
   * {@return mean variance of the label columns: the mean squared error of the best constant
   * prediction} NaN, like the next two, if labels have time steps or positions.
   */
  double labelVariance();

  /**
   * {@return share of the label vectors whose sum is neither 1 nor 0: the labels of softmax add up
   * to 1} NaN as {@link #labelVariance}.
   */
  double otherLabelSumShare();

  /**
   * {@return whether each label vector has the same label in all of several columns; false if that
   * is unknown, as {@link #labelVariance}}
   */
  boolean areLabelColumnsEqual();

  /** {@return number of label vectors from which {@link #labelVariance} is known} */
  long labelVectors();

  /**
   * {@return mean of the label column with the largest mean, the share of the most frequent class
   * if labels are classes; the larger of mean and 1 − mean for a single column} NaN as {@link
   * #labelVariance}.
   */
  double largestLabelShare();

  /** {@return number of minibatches of at least eight examples whose labels were compared} */
  int comparedLabelMinibatches();

  /** {@return number of these in which all examples had the same label} */
  int uniformLabelMinibatches();

  /**
   * {@return how often the label of the first example was another than in the minibatch before,
   * among those that are read without a gap}
   */
  int labelChanges();

  /** {@return entropy of the classes, nats: the cross-entropy of the best constant prediction} */
  double labelEntropy();

  /**
   * {@return entropy of the classes, nats, if the only label column has their numbers, from 0; NaN
   * else} The sparse cross-entropy of the best constant prediction.
   */
  double labelClassEntropy();

  /**
   * {@return sum of the entropies of the label columns, nats: the binary cross-entropy of the best
   * constant prediction}
   */
  double labelBinaryEntropy();

  /**
   * {@return whether labels are outside of a range by more than rounding; false without labels}
   *
   * @param range of valid labels
   */
  boolean areLabelsOutside(Range range);

  /**
   * {@return whether labels are above a range by more than rounding; false without labels}
   *
   * @param range of valid labels
   */
  boolean areLabelsAbove(Range range);
}
