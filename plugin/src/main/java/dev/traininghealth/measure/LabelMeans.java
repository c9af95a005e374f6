package dev.traininghealth.measure;

/**
 * Mean and spread of each label column, and what a constant prediction would score on them: the
 * best that a network can do that has learned nothing of the features.
 */
final class LabelMeans {
  private double[] sums = {};
  private double[] squares = {};
  private double[] origins = {};
  private long vectors;
  private boolean comparable = true;

  /**
   * Begins a minibatch.
   *
   * @param columns labels of an example
   * @param all whether these are all of its columns, and there is one vector an example
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
    double distance = value - origins[column];
    sums[column] += distance;
    squares[column] += distance * distance;
  }

  void endVector() {
    vectors++;
  }

  /** Mean over the columns of their variance: the squared error of a constant prediction. */
  double variance() {
    double total = 0;
    for (int column = 0; column < sums.length; column++) {
      double mean = sums[column] / vectors;
      total += Math.max(0, squares[column] / vectors - mean * mean);
    }
    return isKnown() ? total / sums.length : Double.NaN;
  }

  /** Entropy of the mean label vector taken as a distribution over classes, in nats. */
  double entropy() {
    double total = 0;
    for (int column = 0; column < sums.length; column++) {
      double p = origins[column] + sums[column] / vectors;
      total -= p > 0 ? p * Math.log(p) : 0;
    }
    return isKnown() ? total : Double.NaN;
  }

  /** Sum over the columns of the entropy of a yes or no with the column's mean, in nats. */
  double binaryEntropy() {
    double total = 0;
    for (int column = 0; column < sums.length; column++) {
      double p = origins[column] + sums[column] / vectors;
      total -= p > 0 && p < 1 ? p * Math.log(p) + (1 - p) * Math.log(1 - p) : 0;
    }
    return isKnown() ? total : Double.NaN;
  }

  private boolean isKnown() {
    return comparable && vectors > 0 && sums.length > 0;
  }
}
