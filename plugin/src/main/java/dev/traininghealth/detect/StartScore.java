package dev.traininghealth.detect;

import java.io.Serial;
import java.io.Serializable;
import java.util.Arrays;

/** Where the score began: from the first {@value #FIRST} finite ones. */
final class StartScore implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  static final int FIRST = 20;

  /** How far, in multiples of the mean, a single score may lie from it. */
  private static final double LARGEST_DISTANCE = 5;

  private static final int EARLIEST = 3;

  private final double[] first = new double[FIRST];
  private int count;
  private double score = Double.NaN;
  private double error;

  /** The least of the first few scores: where a run began that learned most at once. */
  private double earliest = Double.NaN;

  void observe(double finiteScore) {
    if (count == FIRST) {
      return;
    }
    first[count++] = finiteScore;
    double[] sorted = Arrays.copyOf(first, count);
    Arrays.sort(sorted);
    score = trimmedMean(sorted);
    earliest = count > EARLIEST ? earliest : sorted[0];
  }

  /** Mean of sorted scores without the largest tenth: a jump or two are no start. */
  private double trimmedMean(double[] sorted) {
    int kept = sorted.length - sorted.length / 10;
    double sum = 0;
    for (int i = 0; i < kept; i++) {
      sum += sorted[i];
    }
    double mean = sum / kept;
    // What was left out counts here, up to a bound: else skewed scores would look sure.
    double bound = Math.abs(mean) * LARGEST_DISTANCE;
    double squares = 0;
    for (double s : sorted) {
      double distance = Math.min(bound, Math.abs(s - mean));
      squares += distance * distance;
    }
    error = Math.sqrt(squares) / sorted.length;
    return mean;
  }

  /** The mean without the largest tenth; NaN before the first. */
  double score() {
    return score;
  }

  /** Standard error of {@link #score}. */
  double error() {
    return error;
  }

  /** The score, or where the run began that learned most at once. */
  double robust() {
    return Math.max(score, earliest);
  }
}
