/**
 * The runs of one listener, one for each model object that calls.
 *
 * <p>In each run, a pipeline measures, diagnoses, protects and records. Input: DL4J's callbacks and
 * the user's settings. Output: diagnoses, interventions, records, log messages, and the result of
 * each run.
 */
@NullMarked
package dev.traininghealth.run;

import org.jspecify.annotations.NullMarked;
