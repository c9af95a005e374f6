/**
 * What a detector sees and what it says. Each {@link dev.traininghealth.detect.Detector} is asked
 * twice in an iteration: when the gradient is known and nothing has been updated, and when the
 * update has been applied. It reads the numbers, and what came before, through one bounded {@link
 * dev.traininghealth.detect.History} and reports a {@link dev.traininghealth.detect.Finding}; out
 * come {@link dev.traininghealth.detect.Diagnosis diagnoses} with a start, an end, a cause and
 * remedies. Here are numbers alone: no array, no clock, no input or output.
 */
@NullMarked
package dev.traininghealth.detect;

import org.jspecify.annotations.NullMarked;
