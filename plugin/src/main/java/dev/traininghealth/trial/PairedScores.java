package dev.traininghealth.trial;

/**
 * Compares two networks by their scores of the same examples. Comparing example by example excludes
 * that some examples are harder than others.
 *
 * <p>With u = asinh(score / s), s the smaller of the two mean magnitudes, and d the differences of
 * u: t = mean(d) / (deviation(d) / √n). The inverse hyperbolic sine is linear around s and
 * logarithmic beyond it. So one example with an exploded loss neither decides alone nor hides all
 * others in its deviation. A non-finite score is worse than any finite one.
 *
 * @param t by how many standard errors the second is better (lower); infinite if only one is
 *     finite, 0 if neither is known to be better
 * @param gain how much better the second is, as a share of the first's mean magnitude on the same
 *     scale; NaN if it is not known
 */
record PairedScores(double t, double gain) {
  private static final PairedScores UNKNOWN = new PairedScores(0, Double.NaN);
  private static final PairedScores EQUAL = new PairedScores(0, 0);

  /**
   * Compares two networks.
   *
   * @param first score of each example by the first network
   * @param second score of each example by the second network, in the same order
   * @throws IllegalArgumentException if both are finite and their numbers of examples differ
   */
  static PairedScores of(double[] first, double[] second) {
    boolean firstFinite = isFinite(first);
    boolean secondFinite = isFinite(second);
    if (!firstFinite || !secondFinite) {
      return firstFinite == secondFinite
          ? UNKNOWN
          : new PairedScores(
              secondFinite ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY,
              secondFinite ? 1 : -1);
    }
    if (first.length != second.length) {
      throw new IllegalArgumentException(
          "the examples differ: " + first.length + " and " + second.length);
    }
    double scale = Math.min(meanMagnitude(first), meanMagnitude(second));
    return compare(first, second, scale > 0 ? scale : Double.MIN_NORMAL);
  }

  private static PairedScores compare(double[] first, double[] second, double scale) {
    int n = first.length;
    double sum = 0;
    double squares = 0;
    double magnitude = 0;
    for (int i = 0; i < n; i++) {
      double u = asinh(first[i] / scale);
      double difference = u - asinh(second[i] / scale);
      sum += difference;
      squares += difference * difference;
      magnitude += Math.abs(u);
    }
    if (n < 2) {
      return UNKNOWN;
    }
    if (squares == 0) {
      return EQUAL;
    }
    double mean = sum / n;
    double variance = Math.max(0, squares / n - mean * mean) * n / (n - 1);
    double t = mean / Math.sqrt(variance / n);
    return new PairedScores(t, magnitude > 0 ? sum / magnitude : Math.signum(sum));
  }

  /** The largest true gain of the second, as a share of the first, that the noise allows. */
  double atMost(double standardErrors) {
    if (Double.isNaN(gain)) {
      return Double.POSITIVE_INFINITY;
    }
    return t == 0 ? gain : gain + standardErrors * Math.abs(gain / t);
  }

  private static double asinh(double x) {
    double magnitude = Math.abs(x);
    double value =
        magnitude > 1e8
            ? Math.log(magnitude) + Math.log(2)
            : Math.log1p(magnitude + magnitude * magnitude / (1 + Math.hypot(1, magnitude)));
    return Math.copySign(value, x);
  }

  private static double meanMagnitude(double[] scores) {
    double mean = 0;
    for (double score : scores) {
      mean += Math.abs(score) / scores.length;
    }
    return mean;
  }

  static boolean isFinite(double[] scores) {
    for (double score : scores) {
      if (!Double.isFinite(score)) {
        return false;
      }
    }
    return scores.length > 0;
  }
}
