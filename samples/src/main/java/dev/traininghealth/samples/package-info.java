/**
 * Programs to read and to run: each tells one story about a training and what the Health page shows
 * of it. {@link dev.traininghealth.samples.Quickstart} comes first.
 */
@NullMarked
package dev.traininghealth.samples;

import org.jspecify.annotations.NullMarked;
