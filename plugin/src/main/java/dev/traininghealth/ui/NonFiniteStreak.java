package dev.traininghealth.ui;

/**
 * Consecutive non-finite values, without a finite one in between.
 *
 * @param first iteration of the first value
 * @param last iteration of the last value
 * @param nans number of NaN values
 * @param positiveInfinities number of +Infinity values
 * @param negativeInfinities number of -Infinity values
 */
record NonFiniteStreak(
    long first, long last, long nans, long positiveInfinities, long negativeInfinities) {

  /** Whether both hold the same kinds of values. */
  boolean isLike(NonFiniteStreak other) {
    return nans > 0 == other.nans > 0
        && positiveInfinities > 0 == other.positiveInfinities > 0
        && negativeInfinities > 0 == other.negativeInfinities > 0;
  }

  NonFiniteStreak with(NonFiniteStreak other) {
    return new NonFiniteStreak(
        Math.min(first, other.first),
        Math.max(last, other.last),
        nans + other.nans,
        positiveInfinities + other.positiveInfinities,
        negativeInfinities + other.negativeInfinities);
  }
}
