package dev.traininghealth.detect.statistics;

import dev.traininghealth.detect.BaselineComparison;
import dev.traininghealth.detect.History;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;

/**
 * The verdicts of the paired control: how much better the network scores on a minibatch than the
 * copy of what it was, over the controls since that copy was taken. Both are scored on the same
 * examples without dropout, so that the noise of the minibatch cancels.
 */
final class BaselineGains implements BaselineComparison, Restorable {
  /** In standard errors. */
  private static final double STANDARD_ERRORS = 3;

  /** Iterations in which a network finds the mean of the labels, whatever else it learns. */
  private static final int START_ITERATIONS = 200;

  private long frozenAt = -1;
  private int count;
  private double mean;
  private double squares;
  private double frozenScore;
  private double score;
  private long latest = -1;

  void observe(Measurement m) {
    double gain = m.baselineScore() - m.comparedScore();
    if (!Double.isFinite(gain)) {
      return;
    }
    if (m.baselineIteration() != frozenAt) {
      frozenAt = m.baselineIteration();
      reset();
    }
    count++;
    latest = m.comparisonIteration();
    // Recent controls count most: what matters is what the network is by now.
    double gainOfMean = Math.max(1.0 / count, 0.2);
    double delta = gain - mean;
    mean += gainOfMean * delta;
    squares += gainOfMean * ((1 - gainOfMean) * delta * delta - squares);
    frozenScore += gainOfMean * (m.baselineScore() - frozenScore);
    score += gainOfMean * (m.comparedScore() - score);
  }

  /** Begins anew. */
  void reset() {
    count = 0;
    mean = 0;
    squares = 0;
    frozenScore = 0;
    score = 0;
  }

  /**
   * Whether the network is better than the copy by so much, beyond doubt, that it is time for
   * another.
   */
  boolean isClearlyBetter() {
    return count >= 3
        && relativeGain() - STANDARD_ERRORS * relativeError() > History.MIN_RELATIVE_GAIN;
  }

  @Override
  public boolean isBetter() {
    return count >= 4 && relativeGain() > STANDARD_ERRORS * relativeError();
  }

  /**
   * Whether the network may well have learned something: it scores better than a constant
   * prediction, or, where that is not known, perhaps better than the copy.
   *
   * @param constant score of the best constant prediction; NaN where it is not known
   */
  boolean mayHaveLearned(double constant) {
    if (count < 3) {
      return false; // there is no witness
    }
    return constant > 0
        ? score < (1 - History.MIN_RELATIVE_GAIN) * constant
        : relativeGain() + STANDARD_ERRORS * relativeError() >= History.MIN_RELATIVE_GAIN;
  }

  /**
   * Whether enough was seen of the start: what comes after is to be compared with what is by now.
   */
  boolean coversStart() {
    return iterations() >= START_ITERATIONS && isBetter();
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public long iterations() {
    return count == 0 ? 0 : latest - frozenAt;
  }

  @Override
  public double relativeGain() {
    return mean / Math.abs(frozenScore);
  }

  /** Standard error of {@link #relativeGain}. */
  double relativeError() {
    return Math.sqrt(squares / Math.max(1, Math.min(count, 5) - 1)) / Math.abs(frozenScore);
  }

  @Override
  public void save(SavedNumbers to) {
    to.put("frozenAt", frozenAt)
        .put("count", count)
        .put("mean", mean)
        .put("squares", squares)
        .put("frozenScore", frozenScore)
        .put("score", score)
        .put("latest", latest);
  }

  @Override
  public void restore(SavedNumbers from) {
    frozenAt = from.getLong("frozenAt");
    count = from.getInt("count", 0, Integer.MAX_VALUE);
    mean = from.getDouble("mean");
    squares = from.getDouble("squares");
    frozenScore = from.getDouble("frozenScore");
    score = from.getDouble("score");
    latest = from.getLong("latest");
  }
}
