package dev.traininghealth.samples.corpus;

/**
 * What ends a run before its epochs do.
 *
 * @param iterations at most
 * @param seconds at most, looked at between iterations
 */
public record Limits(int iterations, double seconds) {}
