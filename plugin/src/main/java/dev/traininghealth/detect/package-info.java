/**
 * From numbers to diagnoses. Measurements of one iteration flow in, twice: when the gradient is
 * known and nothing has been updated, and when the update has been applied. Each {@link
 * dev.traininghealth.detect.Detector} sees them, and what came before, through one bounded {@link
 * dev.traininghealth.detect.History} and reports what it finds; the {@link
 * dev.traininghealth.detect.Diagnoser} makes of findings {@link dev.traininghealth.detect.Diagnosis
 * diagnoses} with a start, an end, a cause and remedies. Here are numbers alone: no array, no
 * clock, no input or output.
 */
@NullMarked
package dev.traininghealth.detect;

import org.jspecify.annotations.NullMarked;
