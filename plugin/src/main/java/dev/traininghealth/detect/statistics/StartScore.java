package dev.traininghealth.detect.statistics;

import dev.traininghealth.detect.History;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import java.util.Arrays;

/**
 * The score with which the run began, from the first {@value History#START_ITERATIONS} finite ones.
 */
final class StartScore implements Restorable {
  /** Times the mean: a score that lies farther from it counts as that far in the error. */
  private static final double MAX_DISTANCE = 5;

  /** Scores among which {@link #earliest} is the least. */
  private static final int EARLIEST_SCORE = 3;

  private final double[] first = new double[History.START_ITERATIONS];
  private int count;
  private double score = Double.NaN;
  private double error;

  /** The least of the first few scores: where a run began that learned much at once. */
  private double earliest = Double.NaN;

  /**
   * Takes the score of an iteration; once {@value History#START_ITERATIONS} were taken, nothing
   * changes any more.
   */
  void observe(double finiteScore) {
    if (count == History.START_ITERATIONS) {
      return;
    }
    first[count++] = finiteScore;
    double[] sorted = Arrays.copyOf(first, count);
    Arrays.sort(sorted);
    score = trimmedMean(sorted);
    earliest = count > EARLIEST_SCORE ? earliest : sorted[0];
  }

  /**
   * Mean of sorted scores without the largest tenth, since a jump or two are no start; and its
   * error.
   */
  private double trimmedMean(double[] sorted) {
    int kept = sorted.length - sorted.length / 10;
    double sum = 0;
    for (int i = 0; i < kept; i++) {
      sum += sorted[i];
    }
    double mean = sum / kept;
    // What was left out counts here, up to a bound: without it, skewed scores would look sure.
    double bound = Math.abs(mean) * MAX_DISTANCE;
    double squares = 0;
    for (double s : sorted) {
      double distance = Math.min(bound, Math.abs(s - mean));
      squares += distance * distance;
    }
    error = Math.sqrt(squares) / sorted.length;
    return mean;
  }

  /** Mean of the first scores without the largest tenth; NaN before there is one. */
  double score() {
    return score;
  }

  /** Standard error of {@link #score}. */
  double error() {
    return error;
  }

  /**
   * The same, but not less than the earliest scores, which a run that learns much at once leaves.
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
          saved.length + " first scores, and not up to " + History.START_ITERATIONS);
    }
    System.arraycopy(saved, 0, first, 0, saved.length);
    count = saved.length;
    score = from.getDouble("score");
    error = from.getDouble("error");
    earliest = from.getDouble("earliest");
  }
}
