package dev.traininghealth.record;

/**
 * The values of a series in one bucket of a {@link Segment} that are not finite.
 *
 * @param bucket index of the bucket
 * @param nans how many are NaN
 * @param positiveInfinities how many are +Infinity
 * @param negativeInfinities how many are -Infinity
 * @param firstIteration the first iteration that had one, in order of recording
 * @param lastIteration the last iteration that had one, in order of recording
 */
public record NonFinite(
    int bucket,
    int nans,
    int positiveInfinities,
    int negativeInfinities,
    long firstIteration,
    long lastIteration) {}
