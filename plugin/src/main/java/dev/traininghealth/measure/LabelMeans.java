package dev.traininghealth.measure;

import dev.traininghealth.numbers.DataRecord;

/**
 * Mean and spread of each label column, and the score of the best constant prediction. That is the
 * best score of a network that has learned nothing from the features.
 */
final class LabelMeans {
  private static final double SUM_TOLERANCE = DataRecord.LABEL_SUM_TOLERANCE;

  private double[] sums = {};
  private double[] squares = {};
  private double[] origins = {};
  private long vectors;

  /** Vectors whose sum is neither 1 nor 0. */
  private long otherSums;

  private double sum;
  private double first;
  private boolean areColumnsEqual = true;
  private boolean comparable = true;

  /**
   * Begins a minibatch.
   *
   * @param columns label columns per example
   * @param all whether these are all columns, and each example has one label vector
   */
  void begin(int columns, boolean all) {
    if (sums.length == 0) {
      sums = new double[columns];
      squares = new double[columns];
      origins = new double[columns];
    }
    comparable &= all && sums.length == columns;
  }

  void add(int column, double value) {
    if (!comparable) {
      return;
    }
    if (vectors == 0) {
      origins[column] = value;
    }
    first = column == 0 ? value : first;
    areColumnsEqual &= value == first;
    double distance = value - origins[column];
    sums[column] += distance;
    squares[column] += distance * distance;
    sum += value;
  }

  void endVector() {
    vectors++;
    otherSums += Math.abs(sum - 1) > SUM_TOLERANCE && Math.abs(sum) > SUM_TOLERANCE ? 1 : 0;
    sum = 0;
  }

  /** Share of the vectors whose sum is neither 1 nor 0, as that of no class; NaN if unknown. */
  double otherSumShare() {
    return isKnown() ? (double) otherSums / vectors : Double.NaN;
  }

  /** Whether all columns of each vector are equal, and there are several; false if unknown. */
  boolean areColumnsEqual() {
    return isKnown() && sums.length > 1 && areColumnsEqual;
  }

  /**
   * Mean variance of the columns, which is the squared error of a constant prediction; NaN if
   * unknown.
   */
  double variance() {
    double total = 0;
    for (int column = 0; column < sums.length; column++) {
      double mean = sums[column] / vectors;
      total += Math.max(0, squares[column] / vectors - mean * mean);
    }
    return isKnown() ? total / sums.length : Double.NaN;
  }

  /**
   * Cross-entropy of the mean label vector p, scaled to a distribution, in nats; NaN if unknown. It
   * is −Σ p ln(p / Σ p), for labels of one class each their entropy.
   */
  double entropy() {
    double total = 0;
    double sum = 0;
    for (int column = 0; column < sums.length; column++) {
      double p = origins[column] + sums[column] / vectors;
      total -= p > 0 ? p * Math.log(p) : 0;
      sum += p;
    }
    total += sum > 0 ? sum * Math.log(sum) : 0;
    return isKnown() ? total : Double.NaN;
  }

  /** Sum of the columns' binary entropies at their means, in nats; NaN if unknown. */
  double binaryEntropy() {
    double total = 0;
    for (int column = 0; column < sums.length; column++) {
      double p = origins[column] + sums[column] / vectors;
      total -= p > 0 && p < 1 ? p * Math.log(p) + (1 - p) * Math.log(1 - p) : 0;
    }
    return isKnown() ? total : Double.NaN;
  }

  /**
   * The largest mean of a column, for a single column also of its complement; NaN if unknown. If
   * labels are classes, it is the share of the most frequent one.
   */
  double largestShare() {
    double largest = 0;
    for (int column = 0; column < sums.length; column++) {
      double mean = origins[column] + sums[column] / vectors;
      largest = Math.max(largest, sums.length == 1 ? Math.max(mean, 1 - mean) : mean);
    }
    return isKnown() ? largest : Double.NaN;
  }

  /** Number of label vectors. */
  long vectors() {
    return vectors;
  }

  private boolean isKnown() {
    return comparable && vectors > 0 && sums.length > 0;
  }
}
