package dev.traininghealth.samples.noharm;

import java.util.function.IntFunction;

/**
 * A training that is run alone and protected. The task is the same for every seed, so that the
 * spread over the seeds is that of training, not that of the tasks.
 *
 * @param name in the table, in the JSON and for {@code --only}
 * @param shows the training and its difficulty, in a sentence
 * @param measure the measure of the result
 * @param start builds the training of a seed: initial weights, examples and their order
 */
record Setup(String name, String shows, Measure measure, IntFunction<Training> start) {}
