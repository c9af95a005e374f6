/**
 * Detectors, what they read and what they report.
 *
 * <p>Each {@link dev.traininghealth.detect.Detector} is called twice in an iteration: before the
 * update, when the gradient is known, and after the update. It reads the measurement and bounded
 * statistics through a {@link dev.traininghealth.detect.History} and reports {@link
 * dev.traininghealth.detect.Finding findings}. They become {@link
 * dev.traininghealth.detect.Diagnosis diagnoses} with start, end, cause and remedies. This package
 * uses only numbers: no arrays, no clock, no input or output.
 */
@NullMarked
package dev.traininghealth.detect;

import org.jspecify.annotations.NullMarked;
