package dev.traininghealth.record;

/**
 * The non-finite values of a series in one bucket of a {@link Segment}.
 *
 * @param bucket index of the bucket
 * @param nans number of NaN values
 * @param positiveInfinities number of +Infinity values
 * @param negativeInfinities number of -Infinity values
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
