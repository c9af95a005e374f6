package dev.traininghealth.detect.statistics;

import dev.traininghealth.detect.BaselineComparison;
import dev.traininghealth.detect.History;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;

/**
 * How much better the network scores than its frozen baseline, over all comparisons with that
 * baseline.
 *
 * <p>Both are scored on the same examples without dropout, so that the noise of the minibatch
 * cancels.
 */
final class BaselineGains implements BaselineComparison, Restorable {
  /**
   * Standard errors by which a gain must exceed a threshold. With {@value #WINDOW} comparisons,
   * chance alone exceeds them in one of 50 cases (Student's t). A gain only withholds alarms, or
   * takes a new baseline.
   */
  private static final double STANDARD_ERRORS = 3;

  /**
   * Iterations in which a network usually finds the mean of the labels, whatever else it learns.
   * The last comparison that ignores the cost budget is due then.
   */
  private static final int START_ITERATIONS = 200;

  /**
   * Comparisons that count. Enough for a spread with four degrees of freedom, and few enough to
   * follow the current network.
   */
  private static final int WINDOW = 5;

  /** Minimum number of comparisons, from which the spread has two degrees of freedom. */
  private static final int MIN_COMPARISONS = 3;

  /**
   * Minimum number of comparisons before the network is called better. Four ignore the cost budget,
   * the last one after {@value #START_ITERATIONS} iterations.
   */
  private static final int MIN_COMPARISONS_IF_BETTER = 4;

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
    // Recent comparisons count most, because the current network is judged.
    double smoothing = Math.max(1.0 / count, 1.0 / WINDOW);
    double delta = gain - mean;
    mean += smoothing * delta;
    squares += smoothing * ((1 - smoothing) * delta * delta - squares);
    frozenScore += smoothing * (m.baselineScore() - frozenScore);
    score += smoothing * (m.comparedScore() - score);
  }

  /** Forgets all comparisons. */
  void reset() {
    count = 0;
    mean = 0;
    squares = 0;
    frozenScore = 0;
    score = 0;
  }

  /**
   * {@return whether the gain exceeds {@link History#MIN_RELATIVE_GAIN} by three standard errors,
   * so that a new baseline is due}
   */
  boolean isClearlyBetter() {
    return count >= MIN_COMPARISONS
        && relativeGain() - STANDARD_ERRORS * relativeError() > History.MIN_RELATIVE_GAIN;
  }

  @Override
  public boolean isBetter() {
    return count >= MIN_COMPARISONS_IF_BETTER && relativeGain() > STANDARD_ERRORS * relativeError();
  }

  /**
   * Whether the network may have learned something.
   *
   * <p>It has if it scores clearly better than a constant prediction. If that score is unknown, a
   * gain over the baseline must be possible within three standard errors.
   *
   * @param constant score of the best constant prediction; NaN if unknown
   * @return false after fewer than three comparisons
   */
  boolean mayHaveLearned(double constant) {
    if (count < MIN_COMPARISONS) {
      return false;
    }
    return constant > 0
        ? score < (1 - History.MIN_RELATIVE_GAIN) * constant
        : relativeGain() + STANDARD_ERRORS * relativeError() >= History.MIN_RELATIVE_GAIN;
  }

  /** {@return whether comparisons cover the start of the run, so that a new baseline is due} */
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

  /** {@return the standard error of {@link #relativeGain}} */
  double relativeError() {
    return Math.sqrt(squares / Math.max(1, Math.min(count, WINDOW) - 1)) / Math.abs(frozenScore);
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
