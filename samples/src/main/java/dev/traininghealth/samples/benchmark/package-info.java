/**
 * How what a listener costs is measured: from outside, beside DL4J's own listener, without a word
 * of the listener's own accounts being believed.
 */
@NullMarked
package dev.traininghealth.samples.benchmark;

import org.jspecify.annotations.NullMarked;
