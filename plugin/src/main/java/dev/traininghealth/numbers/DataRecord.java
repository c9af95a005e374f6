package dev.traininghealth.numbers;

/**
 * A writable {@link DataSummary}.
 *
 * @hidden
 */
public final class DataRecord implements DataSummary {
  /**
   * Distance from a range that is allowed to a label, for rounding. It covers HALF, whose numbers
   * near 1 are 9.8e-4 apart.
   */
  private static final double LABEL_TOLERANCE = 1e-3;

  /** See {@link DataSummary#minibatches()}. */
  public int minibatches;

  /** See {@link DataSummary#featureMin()}. */
  public double featureMin = Double.NaN;

  /** See {@link DataSummary#featureMax()}. */
  public double featureMax = Double.NaN;

  /** See {@link DataSummary#featureMean()}. */
  public double featureMean = Double.NaN;

  /** See {@link DataSummary#featureStandardDeviation()}. */
  public double featureStandardDeviation = Double.NaN;

  /** See {@link DataSummary#featureColumns()}. */
  public int featureColumns;

  /** See {@link DataSummary#constantFeatureColumns()}. */
  public int constantFeatureColumns;

  /** See {@link DataSummary#featureRank()}. */
  public int featureRank;

  /** See {@link DataSummary#outlierExamples()}. */
  public int outlierExamples;

  /** See {@link DataSummary#outlierExample()}. */
  public int outlierExample = -1;

  /** See {@link DataSummary#outlierScale()}. */
  public double outlierScale = Double.NaN;

  /** See {@link DataSummary#labelMin()}. */
  public double labelMin = Double.NaN;

  /** See {@link DataSummary#labelMax()}. */
  public double labelMax = Double.NaN;

  /** See {@link DataSummary#labelMean()}. */
  public double labelMean = Double.NaN;

  /** See {@link DataSummary#labelStandardDeviation()}. */
  public double labelStandardDeviation = Double.NaN;

  /** See {@link DataSummary#labelColumns()}. */
  public int labelColumns;

  /** See {@link DataSummary#labelVariance()}. */
  public double labelVariance = Double.NaN;

  /** See {@link DataSummary#otherLabelSumShare()}. */
  public double otherLabelSumShare = Double.NaN;

  /** See {@link DataSummary#areLabelColumnsEqual()}. */
  public boolean areLabelColumnsEqual;

  /** See {@link DataSummary#labelVectors()}. */
  public long labelVectors;

  /** See {@link DataSummary#largestLabelShare()}. */
  public double largestLabelShare = Double.NaN;

  /** See {@link DataSummary#comparedLabelMinibatches()}. */
  public int comparedLabelMinibatches;

  /** See {@link DataSummary#uniformLabelMinibatches()}. */
  public int uniformLabelMinibatches;

  /** See {@link DataSummary#labelChanges()}. */
  public int labelChanges;

  /** See {@link DataSummary#labelEntropy()}. */
  public double labelEntropy = Double.NaN;

  /** See {@link DataSummary#labelClassEntropy()}. */
  public double labelClassEntropy = Double.NaN;

  /** See {@link DataSummary#labelBinaryEntropy()}. */
  public double labelBinaryEntropy = Double.NaN;

  DataRecord() {}

  @Override
  public boolean areLabelsOutside(Range range) {
    return labelMin < range.low() - LABEL_TOLERANCE || areLabelsAbove(range);
  }

  @Override
  public boolean areLabelsAbove(Range range) {
    return labelMax > range.high() + LABEL_TOLERANCE;
  }

  /**
   * Makes this a copy of another summary.
   *
   * @param other is only read
   */
  public void copyFrom(DataSummary other) {
    minibatches = other.minibatches();
    featureMin = other.featureMin();
    featureMax = other.featureMax();
    featureMean = other.featureMean();
    featureStandardDeviation = other.featureStandardDeviation();
    featureColumns = other.featureColumns();
    constantFeatureColumns = other.constantFeatureColumns();
    featureRank = other.featureRank();
    outlierExamples = other.outlierExamples();
    outlierExample = other.outlierExample();
    outlierScale = other.outlierScale();
    labelMin = other.labelMin();
    labelMax = other.labelMax();
    labelMean = other.labelMean();
    labelStandardDeviation = other.labelStandardDeviation();
    labelColumns = other.labelColumns();
    labelVariance = other.labelVariance();
    otherLabelSumShare = other.otherLabelSumShare();
    areLabelColumnsEqual = other.areLabelColumnsEqual();
    labelVectors = other.labelVectors();
    largestLabelShare = other.largestLabelShare();
    comparedLabelMinibatches = other.comparedLabelMinibatches();
    uniformLabelMinibatches = other.uniformLabelMinibatches();
    labelChanges = other.labelChanges();
    labelEntropy = other.labelEntropy();
    labelClassEntropy = other.labelClassEntropy();
    labelBinaryEntropy = other.labelBinaryEntropy();
  }

  @Override
  public int minibatches() {
    return minibatches;
  }

  @Override
  public double featureMin() {
    return featureMin;
  }

  @Override
  public double featureMax() {
    return featureMax;
  }

  @Override
  public double featureMean() {
    return featureMean;
  }

  @Override
  public double featureStandardDeviation() {
    return featureStandardDeviation;
  }

  @Override
  public int featureColumns() {
    return featureColumns;
  }

  @Override
  public int constantFeatureColumns() {
    return constantFeatureColumns;
  }

  @Override
  public int featureRank() {
    return featureRank;
  }

  @Override
  public int outlierExamples() {
    return outlierExamples;
  }

  @Override
  public int outlierExample() {
    return outlierExample;
  }

  @Override
  public double outlierScale() {
    return outlierScale;
  }

  @Override
  public double labelMin() {
    return labelMin;
  }

  @Override
  public double labelMax() {
    return labelMax;
  }

  @Override
  public double labelMean() {
    return labelMean;
  }

  @Override
  public double labelStandardDeviation() {
    return labelStandardDeviation;
  }

  @Override
  public int labelColumns() {
    return labelColumns;
  }

  @Override
  public double labelVariance() {
    return labelVariance;
  }

  @Override
  public double otherLabelSumShare() {
    return otherLabelSumShare;
  }

  @Override
  public boolean areLabelColumnsEqual() {
    return areLabelColumnsEqual;
  }

  @Override
  public long labelVectors() {
    return labelVectors;
  }

  @Override
  public double largestLabelShare() {
    return largestLabelShare;
  }

  @Override
  public int comparedLabelMinibatches() {
    return comparedLabelMinibatches;
  }

  @Override
  public int uniformLabelMinibatches() {
    return uniformLabelMinibatches;
  }

  @Override
  public int labelChanges() {
    return labelChanges;
  }

  @Override
  public double labelEntropy() {
    return labelEntropy;
  }

  @Override
  public double labelClassEntropy() {
    return labelClassEntropy;
  }

  @Override
  public double labelBinaryEntropy() {
    return labelBinaryEntropy;
  }
}
