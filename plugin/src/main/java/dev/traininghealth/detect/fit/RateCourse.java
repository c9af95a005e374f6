package dev.traininghealth.detect.fit;

import dev.traininghealth.numbers.SavedNumbers;

/**
 * The course of a learning rate over the iterations, in a few numbers.
 *
 * @hidden
 */
public final class RateCourse {
  /** Iterations before a share of them says something. The shortest schedules are as long. */
  public static final int MIN_ITERATIONS = 1000;

  /** Part of the iterations in which a decay is over too early. */
  public static final double EARLY_SHARE = 0.1;

  /** Share of the iterations with a rate of 0 from which most of them are lost. */
  public static final double MAX_ZERO_SHARE = 0.5;

  /**
   * Factor beyond the range of earlier rates that is a jump. A step decay divides by 10, so that a
   * little more is left for rounding.
   */
  public static final double JUMP_FACTOR = 10.5;

  /**
   * Share of the peak below which a rate has decayed: updates are a hundredth of what they were.
   */
  public static final double DECAYED_SHARE = 0.01;

  /** Share of the peak below which a rate is as good as 0. */
  private static final double NEGLIGIBLE_SHARE = 1e-6;

  /** Share of its peak at which a schedule without a warm-up begins. */
  private static final double NEAR_PEAK_SHARE = 0.5;

  /** Share of its peak that a rate must have fallen to before a rise counts. */
  private static final double FALLEN_SHARE = 0.1;

  /** Factor of a single step up that is a restart, as a schedule with warm restarts makes them. */
  private static final double RESTART_FACTOR = 2;

  /** Factor from the lowest rate on that is a rise. */
  private static final double RISE_FACTOR = 2;

  /** Iterations of a rise, and share of all iterations, from which it is no step of a few. */
  private static final int MIN_RISE_ITERATIONS = 100;

  private static final double MIN_RISE_SHARE = 0.05;

  private long count;
  private double first = Double.NaN;
  private double latest = Double.NaN;
  private double peak;
  private double smallest = Double.POSITIVE_INFINITY;

  /** When the rate fell below {@link #DECAYED_SHARE}, to stay; -1 if it has not. */
  private long decayedAt = -1;

  private long zeros;
  private long jumpAt = -1;
  private double jumpFrom = Double.NaN;
  private double jumpTo = Double.NaN;

  /** The lowest rate since the peak, and when it was reached. */
  private double lowest = Double.NaN;

  private long lowestAt = -1;
  private boolean hasRestarted;

  /**
   * Adds the rate of an iteration.
   *
   * @param rate the largest of the network
   */
  public void add(double rate) {
    double before = latest;
    latest = rate;
    count++;
    if (!isUsable()) {
      return;
    }
    if (count == 1) {
      first = rate;
    }
    if (isJump(before, rate)) {
      jumpAt = count;
      jumpFrom = before;
      jumpTo = rate;
    }
    if (rate > before * RESTART_FACTOR && rate >= FALLEN_SHARE * peak) { // not near 0
      hasRestarted = true;
    }
    if (rate > peak) {
      peak = rate;
      lowest = rate;
      lowestAt = count;
    }
    if (rate < lowest) {
      lowest = rate;
      lowestAt = count;
    }
    smallest = rate > 0 ? Math.min(smallest, rate) : smallest;
    zeros += peak > 0 && rate <= NEGLIGIBLE_SHARE * peak ? 1 : 0;
    if (rate >= DECAYED_SHARE * peak) {
      decayedAt = -1;
    } else if (decayedAt < 0) {
      decayedAt = count;
    }
  }

  private boolean isJump(double before, double rate) {
    if (!(before > 0)) { // at the first rate, and from 0 as a warm-up begins
      return false;
    }
    return rate == 0
        ? before >= NEAR_PEAK_SHARE * peak
        : rate > JUMP_FACTOR * peak || rate * JUMP_FACTOR < smallest;
  }

  /** {@return whether the latest rate is a number, and not below 0} */
  public boolean isUsable() {
    return latest >= 0 && latest < Double.POSITIVE_INFINITY;
  }

  /** {@return the number of iterations} */
  public long count() {
    return count;
  }

  /** {@return the rate of the latest iteration} */
  public double latest() {
    return latest;
  }

  /** {@return the largest rate} */
  public double peak() {
    return peak;
  }

  /** {@return after how many iterations the rate had decayed, to stay so; -1 if it has not} */
  public long decayedAt() {
    return decayedAt;
  }

  /** {@return the number of iterations at which it was 0, or as good as that} */
  public long zeros() {
    return zeros;
  }

  /** {@return the share of the iterations at which it was 0, or as good as that} */
  public double zeroShare() {
    return (double) zeros / count;
  }

  /** {@return whether a decay was over in the first tenth of enough iterations} */
  public boolean hasDecayedEarly() {
    return count >= MIN_ITERATIONS && decayedAt >= 0 && decayedAt < EARLY_SHARE * count;
  }

  /** {@return whether the rate was 0 in most of enough iterations} */
  public boolean isMostlyZero() {
    return count >= MIN_ITERATIONS && zeroShare() > MAX_ZERO_SHARE;
  }

  /** {@return iterations since the latest jump; a large number if there was none} */
  public long sinceJump() {
    return jumpAt < 0 ? Long.MAX_VALUE : count - jumpAt;
  }

  /** {@return the rate before the latest jump; NaN if there was none} */
  public double jumpFrom() {
    return jumpFrom;
  }

  /** {@return the rate after the latest jump; NaN if there was none} */
  public double jumpTo() {
    return jumpTo;
  }

  /** {@return whether the rate began near its peak, has fallen far, and now rises gradually} */
  public boolean risesAgain() {
    return !hasRestarted
        && first >= NEAR_PEAK_SHARE * peak
        && lowest <= FALLEN_SHARE * peak
        && latest >= RISE_FACTOR * lowest
        && latest > NEGLIGIBLE_SHARE * peak
        && sinceLowest() >= Math.max(MIN_RISE_ITERATIONS, MIN_RISE_SHARE * count);
  }

  /** {@return the smallest rate since the peak} */
  public double lowest() {
    return lowest;
  }

  /** {@return iterations since the smallest rate after the peak} */
  public long sinceLowest() {
    return count - lowestAt;
  }

  /**
   * Saves the course.
   *
   * @param to receives its numbers
   */
  public void save(SavedNumbers to) {
    to.put("count", count)
        .put("first", first)
        .put("latest", latest)
        .put("peak", peak)
        .put("smallest", smallest)
        .put("decayedAt", decayedAt)
        .put("zeros", zeros)
        .put("jumpAt", jumpAt)
        .put("jumpFrom", jumpFrom)
        .put("jumpTo", jumpTo)
        .put("lowest", lowest)
        .put("lowestAt", lowestAt)
        .put("hasRestarted", hasRestarted);
  }

  /**
   * Restores a saved course.
   *
   * @param from its numbers
   */
  public void restore(SavedNumbers from) {
    count = from.getLong("count");
    first = from.getDouble("first");
    latest = from.getDouble("latest");
    peak = from.getDouble("peak");
    smallest = from.getDouble("smallest");
    decayedAt = from.getLong("decayedAt");
    zeros = from.getLong("zeros");
    jumpAt = from.getLong("jumpAt");
    jumpFrom = from.getDouble("jumpFrom");
    jumpTo = from.getDouble("jumpTo");
    lowest = from.getDouble("lowest");
    lowestAt = from.getLong("lowestAt");
    hasRestarted = from.getBoolean("hasRestarted");
  }
}
