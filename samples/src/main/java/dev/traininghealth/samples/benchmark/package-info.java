/**
 * Measures the cost of a listener from outside, beside DL4J's own listener, and without the
 * listener's own accounts.
 */
@NullMarked
package dev.traininghealth.samples.benchmark;

import org.jspecify.annotations.NullMarked;
