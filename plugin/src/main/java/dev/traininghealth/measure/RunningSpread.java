package dev.traininghealth.measure;

/**
 * Minimum, maximum, mean and standard deviation of numbers that arrive in groups. A group is summed
 * relative to its first number, so that a large mean costs no precision. It is merged with the
 * groups before as by Chan, Golub and LeVeque (1979).
 */
final class RunningSpread {
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;
  private long count;
  private double mean;
  private double squares;

  private long groupCount;
  private double origin;
  private double groupSum;
  private double groupSquares;

  /** Adds a finite number to the group. */
  void add(double value) {
    if (groupCount++ == 0) {
      origin = value;
    }
    double distance = value - origin;
    groupSum += distance;
    groupSquares += distance * distance;
    if (value < min) {
      min = value;
    }
    if (value > max) {
      max = value;
    }
  }

  /** Merges the group with the ones before and begins another. */
  void endGroup() {
    if (groupCount == 0) {
      return;
    }
    double step = origin + groupSum / groupCount - mean;
    double all = (double) count + groupCount;
    squares +=
        Math.max(0, groupSquares - groupSum * groupSum / groupCount)
            + step * step * (count / all * groupCount);
    mean += step * (groupCount / all);
    count += groupCount;
    groupCount = 0;
    groupSum = 0;
    groupSquares = 0;
  }

  /** The minimum; NaN without numbers, as for all the following values. */
  double min() {
    return count == 0 ? Double.NaN : min;
  }

  double max() {
    return count == 0 ? Double.NaN : max;
  }

  double mean() {
    return count == 0 ? Double.NaN : mean;
  }

  /** Root of the mean square. */
  double rootMeanSquare() {
    return count == 0 ? Double.NaN : Math.sqrt(mean * mean + squares / count);
  }

  /** Standard deviation of the sample (n − 1); 0 for a single number. */
  double standardDeviation() {
    return count == 0 ? Double.NaN : count == 1 ? 0 : Math.sqrt(squares / (count - 1));
  }
}
