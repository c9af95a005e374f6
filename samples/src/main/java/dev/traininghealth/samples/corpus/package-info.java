/**
 * Trainings whose fault is known, or known to be none, run with the listener attached and scored:
 * case files are read, networks built, onsets found by an oracle that shares no code with the
 * plugin, verdicts written as lines of JSON.
 */
@NullMarked
package dev.traininghealth.samples.corpus;

import org.jspecify.annotations.NullMarked;
