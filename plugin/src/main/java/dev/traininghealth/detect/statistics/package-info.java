/**
 * Bounded statistics of a run, the implementation of {@link dev.traininghealth.detect.History}.
 *
 * <p>They include usual levels of gradients and score, and tests whether the score falls. They are
 * updated at each iteration and can be saved and restored.
 */
@NullMarked
package dev.traininghealth.detect.statistics;

import org.jspecify.annotations.NullMarked;
