package dev.traininghealth.detect.statistics;

import dev.traininghealth.detect.History;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import java.util.Arrays;

/**
 * The score at the start of the run, from the first {@value History#START_ITERATIONS} finite
 * scores.
 */
final class StartScore implements Restorable {
  /**
   * Maximum distance of a score from the mean in the standard error, as a multiple of the mean. One
   * jump among {@value History#START_ITERATIONS} scores then gives an error of a quarter of the
   * mean.
   */
  private static final double MAX_DISTANCE = 5;

  /**
   * Number of scores of which {@link #earliest} is the smallest. Two of them may be high by chance.
   */
  private static final int EARLIEST_SCORES = 3;

  /**
   * One in so many scores is left out, the largest ones: two of {@value History#START_ITERATIONS}.
   * dlib's test for stagnation drops the largest tenth as well.
   */
  private static final int TRIMMED_FRACTION = 10;

  private final double[] first = new double[History.START_ITERATIONS];
  private int count;
  private double score = Double.NaN;
  private double error;

  /**
   * Smallest of the first three scores: the start of a run that learns much immediately; NaN
   * before.
   */
  private double earliest = Double.NaN;

  /**
   * Adds the score of an iteration. After {@value History#START_ITERATIONS} scores it does nothing.
   */
  void observe(double finiteScore) {
    if (count == History.START_ITERATIONS) {
      return;
    }
    first[count++] = finiteScore;
    double[] sorted = Arrays.copyOf(first, count);
    Arrays.sort(sorted);
    score = trimmedMean(sorted);
    error = standardError();
    earliest = count > EARLIEST_SCORES ? earliest : sorted[0];
  }

  /** {@return the mean of sorted scores without the largest tenth, which may be jumps} */
  private static double trimmedMean(double[] sorted) {
    int kept = sorted.length - sorted.length / TRIMMED_FRACTION;
    double sum = 0;
    for (int i = 0; i < kept; i++) {
      sum += sorted[i];
    }
    return sum / kept;
  }

  /**
   * {@return the standard error of the mean of the first scores}
   *
   * <p>It is estimated from the distances of the scores from their mean and from the differences of
   * successive scores (von Neumann 1941), of which the smaller counts: a fall within the first
   * scores is progress, no noise. Scores that are left out of the mean count here, up to a limit,
   * else skewed scores would have too small an error.
   */
  private double standardError() {
    double maxDistance = Math.abs(score) * MAX_DISTANCE;
    double distances = 0;
    double differences = 0;
    for (int i = 0; i < count; i++) {
      double distance = Math.min(maxDistance, Math.abs(first[i] - score));
      distances += distance * distance;
      if (i > 0) {
        double difference = Math.min(maxDistance, Math.abs(first[i] - first[i - 1]));
        differences += difference * difference;
      }
    }
    double variance = distances / count;
    double successive = count < 2 ? 0 : differences / (2 * (count - 1));
    return Math.sqrt(Math.min(variance, successive) / count);
  }

  /** {@return the mean of the first scores without the largest tenth, or NaN before the first} */
  double score() {
    return score;
  }

  /** {@return the standard error of {@link #score}} */
  double error() {
    return error;
  }

  /**
   * {@return the larger of {@link #score} and the earliest score, which a run that learns much
   * immediately leaves}
   */
  double robust() {
    return Math.max(score, earliest);
  }

  @Override
  public void save(SavedNumbers to) {
    to.put("first", Arrays.copyOf(first, count))
        .put("score", score)
        .put("error", error)
        .put("earliest", earliest);
  }

  @Override
  public void restore(SavedNumbers from) {
    double[] saved = from.getDoubles("first");
    if (saved.length > History.START_ITERATIONS) {
      throw new IllegalArgumentException(
          "there are "
              + saved.length
              + " first scores, but at most "
              + History.START_ITERATIONS
              + " are allowed");
    }
    System.arraycopy(saved, 0, first, 0, saved.length);
    count = saved.length;
    score = from.getDouble("score");
    error = from.getDouble("error");
    earliest = from.getDouble("earliest");
  }
}
