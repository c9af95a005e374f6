package dev.traininghealth.detect.statistics;

import dev.traininghealth.detect.History;
import dev.traininghealth.detect.UsualLevel;
import dev.traininghealth.numbers.SavedNumbers;
import java.util.Arrays;

/**
 * Where a noisy quantity usually is, and how far above and below it strays: an exponentially
 * weighted location and the mean deviations to either side of it, in constant memory. What strays
 * farther than {@value #CLIPPED_AT} deviations counts as that far, so that one outlier hardly moves
 * the level; what is not finite is left out.
 *
 * <p>{@link #upperQuantile} is the quantile of a distribution whose tail falls exponentially: the
 * logarithm of a gradient's norm is of that kind, since the norms themselves have a power-law tail
 * (Simsekli et al. 2019). A normal distribution would give thresholds that healthy runs exceed
 * daily.
 */
final class RobustLevel implements UsualLevel {
  /** The window, in observations: long against noise, short against the course of a training. */
  private static final double WINDOW = 128;

  private static final double CLIPPED_AT = 6;

  private final double smallestDeviation;
  private double location;
  private double above;
  private double below;
  private long count;

  /**
   * Creates a level that has seen nothing.
   *
   * @param smallestDeviation what the deviations are taken to be at least
   */
  RobustLevel(double smallestDeviation) {
    this.smallestDeviation = smallestDeviation;
    above = smallestDeviation;
    below = smallestDeviation;
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
    double gain = Math.max(1.0 / count, 1 / WINDOW);
    double reach = CLIPPED_AT * (count < History.WARM_UP ? 2 : 1);
    double residual = Math.max(-reach * below(), Math.min(reach * above(), value - location));
    location += gain * residual;
    // Each side learns only from what falls on it, at twice the pace since it gets half of them.
    if (residual > 0) {
      above += Math.min(1, 2 * gain) * (residual - above);
    } else {
      below += Math.min(1, 2 * gain) * (-residual - below);
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

  /** Mean deviation of what lies above the location. */
  double above() {
    return Math.max(above, smallestDeviation);
  }

  /** Mean deviation of what lies below the location. */
  double below() {
    return Math.max(below, smallestDeviation);
  }

  @Override
  public double upperQuantile(double probability) {
    return location + Math.max(above(), below() / 2) * Math.log(0.5 / probability);
  }

  /** Saves any number of levels as an array a field. */
  static void save(SavedNumbers to, RobustLevel... levels) {
    to.put("location", Arrays.stream(levels).mapToDouble(l -> l.location).toArray())
        .put("above", Arrays.stream(levels).mapToDouble(l -> l.above).toArray())
        .put("below", Arrays.stream(levels).mapToDouble(l -> l.below).toArray())
        .put("count", Arrays.stream(levels).mapToLong(l -> l.count).toArray());
  }

  /**
   * Restores as many levels as were saved.
   *
   * @throws IllegalArgumentException if they are more or fewer; nothing has been changed then
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
