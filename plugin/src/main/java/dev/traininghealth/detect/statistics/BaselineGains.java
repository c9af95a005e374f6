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

  /**
   * Minimum number of baselines that become worse before the objective counts as moving. Data that
   * change once make one or two of them worse.
   */
  private static final int MIN_MOVES = 3;

  private long frozenAt = -1;
  private int count;
  private double mean;
  private double squares;
  private double frozenScore;
  private double score;
  private long latest = -1;

  /**
   * Smoothed half square of the difference of successive scores of the baseline: their variance,
   * which a trend hardly affects (von Neumann 1941).
   */
  private double frozenSquares;

  private double latestFrozenScore = Double.NaN;

  /** By how much the scores of the earlier baselines rose, each until the next one was taken. */
  private double riseBefore;

  /** Number of baselines whose score rose clearly, although they are unchanged. */
  private int moves;

  /**
   * Level of the score at which the present baseline was taken, that of its first comparisons if it
   * is the first one; NaN before.
   */
  private double levelWhenFrozen = Double.NaN;

  /** Iterations of the latest comparisons, with whatever baseline, the oldest first. */
  private final long[] comparisons = {-1, -1, -1};

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
    if (count > 1) {
      double difference = m.baselineScore() - latestFrozenScore;
      double share = Math.max(1.0 / (count - 1), 1.0 / WINDOW);
      frozenSquares += share * (difference * difference / 2 - frozenSquares);
    }
    latestFrozenScore = m.baselineScore();
    score += smoothing * (m.comparedScore() - score);
    System.arraycopy(comparisons, 1, comparisons, 0, comparisons.length - 1);
    comparisons[comparisons.length - 1] = latest;
    if (count == MIN_COMPARISONS && Double.isNaN(levelWhenFrozen)) {
      levelWhenFrozen = frozenScore;
    }
  }

  /** Starts with a new baseline, the present network. */
  void reset() {
    if (count >= MIN_COMPARISONS) {
      double rise = frozenScore - levelWhenFrozen;
      double chance = STANDARD_ERRORS * frozenError();
      moves += rise - chance > History.MIN_RELATIVE_GAIN * Math.abs(levelWhenFrozen) ? 1 : 0;
      riseBefore += rise;
      levelWhenFrozen = score;
    } else if (count > 0) {
      levelWhenFrozen = Double.NaN; // a rollback: too few comparisons of the network before it
    }
    count = 0;
    mean = 0;
    squares = 0;
    frozenScore = 0;
    frozenSquares = 0;
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

  /**
   * {@return by how much the scores of unchanged networks have risen since the start of the run,
   * each from when it was frozen until the next one was, without three standard errors; the
   * objective has moved as far}
   */
  double frozenRise() {
    return count < MIN_COMPARISONS
        ? riseBefore
        : riseBefore + frozenScore - levelWhenFrozen - STANDARD_ERRORS * frozenError();
  }

  /**
   * {@return whether unchanged networks became worse again and again, as those of a GAN do, so that
   * a score that does not fall says nothing about the network}
   */
  boolean isObjectiveMoving() {
    return moves >= MIN_MOVES;
  }

  /** {@return how much worse the network scores than its baseline, negative if it is better} */
  double loss() {
    return count < MIN_COMPARISONS ? 0 : -mean;
  }

  @Override
  public double baselineScore() {
    return count < MIN_COMPARISONS ? levelWhenFrozen : frozenScore;
  }

  /**
   * {@return whether the latest three comparisons are recent}
   *
   * @param since the earliest iteration that is
   */
  boolean areRecent(long since) {
    return comparisons[0] >= 0 && comparisons[0] >= since;
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

  /** {@return the standard error of the baseline's score on recent minibatches} */
  private double frozenError() {
    return Math.sqrt(frozenSquares / Math.max(1, Math.min(count, WINDOW)));
  }

  @Override
  public void save(SavedNumbers to) {
    to.put("frozenAt", frozenAt)
        .put("count", count)
        .put("mean", mean)
        .put("squares", squares)
        .put("frozenScore", frozenScore)
        .put("score", score)
        .put("latest", latest)
        .put("frozenSquares", frozenSquares)
        .put("latestFrozenScore", latestFrozenScore)
        .put("riseBefore", riseBefore)
        .put("moves", moves)
        .put("levelWhenFrozen", levelWhenFrozen)
        .put("comparisons", comparisons.clone());
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
    frozenSquares = from.getDouble("frozenSquares");
    latestFrozenScore = from.getDouble("latestFrozenScore");
    riseBefore = from.getDouble("riseBefore");
    moves = from.getInt("moves", 0, Integer.MAX_VALUE);
    levelWhenFrozen = from.getDouble("levelWhenFrozen");
    System.arraycopy(
        from.getLongs("comparisons", comparisons.length), 0, comparisons, 0, comparisons.length);
  }
}
