package dev.traininghealth.detect.statistics;

import dev.traininghealth.detect.History;
import dev.traininghealth.detect.UsualLevel;
import dev.traininghealth.numbers.SavedNumbers;
import java.util.Arrays;

/**
 * The usual level and range of a noisy quantity, in constant memory.
 *
 * <p>It keeps an exponentially weighted location and the mean deviations above and below it.
 * Deviations are limited to {@value #MAX_DEVIATION} mean deviations, so that one outlier hardly
 * moves the level. Non-finite values are left out.
 *
 * <p>{@link #upperQuantile} assumes an exponential tail. The logarithm of a gradient's norm has
 * one, because the norms have a power-law tail (Simsekli et al. 2019). A normal distribution would
 * give thresholds that healthy runs exceed often.
 */
final class RobustLevel implements UsualLevel {
  /**
   * Smoothing window, observations. It is long compared with noise and short compared with a run.
   * The standard error of the location is a sixteenth of the noise (1 / √255).
   */
  private static final double WINDOW_OBSERVATIONS = 128;

  /**
   * Largest deviation that counts, in mean deviations. With an exponential tail, one observation in
   * 800 is farther above, and an outlier moves the level by 5 % of a deviation. Twice as many count
   * before the level is warm, because the deviation is not known then.
   */
  private static final double MAX_DEVIATION = 6;

  private final double minDeviation;
  private double location;
  private double above;
  private double below;
  private long count;

  /**
   * Creates a level without observations.
   *
   * @param minDeviation minimum of both mean deviations
   */
  RobustLevel(double minDeviation) {
    this.minDeviation = minDeviation;
    above = minDeviation;
    below = minDeviation;
  }

  void observe(double value) {
    if (!Double.isFinite(value)) {
      return;
    }
    count++;
    if (count == 1) {
      location = value;
      return;
    }
    double smoothing = Math.max(1.0 / count, 1 / WINDOW_OBSERVATIONS);
    double reach = MAX_DEVIATION * (count < History.WARM_UP ? 2 : 1);
    double residual = Math.max(-reach * below(), Math.min(reach * above(), value - location));
    location += smoothing * residual;
    // Each side only gets about half of the observations, so its smoothing is twice as strong.
    if (residual > 0) {
      above += Math.min(1, 2 * smoothing) * (residual - above);
    } else {
      below += Math.min(1, 2 * smoothing) * (-residual - below);
    }
  }

  @Override
  public long count() {
    return count;
  }

  @Override
  public boolean isWarm() {
    return count >= History.WARM_UP;
  }

  @Override
  public double location() {
    return location;
  }

  /** {@return the mean deviation of observations above the location} */
  double above() {
    return Math.max(above, minDeviation);
  }

  /** {@return the mean deviation of observations below the location} */
  double below() {
    return Math.max(below, minDeviation);
  }

  @Override
  public double upperQuantile(double probability) {
    // Half of the observations are above the location. After many low ones, the deviation above may
    // be too small, so that half of the one below is its minimum.
    return location + Math.max(above(), below() / 2) * Math.log(0.5 / probability);
  }

  /** Saves several levels, as one array per field. */
  static void save(SavedNumbers to, RobustLevel... levels) {
    to.put("location", Arrays.stream(levels).mapToDouble(l -> l.location).toArray())
        .put("above", Arrays.stream(levels).mapToDouble(l -> l.above).toArray())
        .put("below", Arrays.stream(levels).mapToDouble(l -> l.below).toArray())
        .put("count", Arrays.stream(levels).mapToLong(l -> l.count).toArray());
  }

  /**
   * Restores as many levels as were saved.
   *
   * @throws IllegalArgumentException if there are more or fewer; nothing has changed then
   */
  static void restore(SavedNumbers from, RobustLevel... levels) {
    double[] location = from.getDoubles("location", levels.length);
    double[] above = from.getDoubles("above", levels.length);
    double[] below = from.getDoubles("below", levels.length);
    long[] count = from.getLongs("count", levels.length);
    for (int i = 0; i < levels.length; i++) {
      levels[i].location = location[i];
      levels[i].above = above[i];
      levels[i].below = below[i];
      levels[i].count = count[i];
    }
  }
}
