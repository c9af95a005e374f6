/**
 * Trains runs with a known fault, or none, with the listener attached, and scores its diagnoses. It
 * reads case files, builds networks, finds onsets by an oracle that shares no code with the plugin,
 * and writes results as lines of JSON.
 */
@NullMarked
package dev.traininghealth.samples.corpus;

import org.jspecify.annotations.NullMarked;
