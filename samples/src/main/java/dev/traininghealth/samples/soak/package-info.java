/**
 * Trains a small network for a million iterations under protection, and measures whether anything
 * in the process grows.
 */
@NullMarked
package dev.traininghealth.samples.soak;

import org.jspecify.annotations.NullMarked;
