/**
 * The runs of one listener: each model object that calls has one, in which a pipeline measures,
 * detects, intervenes and records. In flow DL4J's callbacks and the user's settings; out flow
 * diagnoses, interventions and records, the log, and what a run came to.
 */
@NullMarked
package dev.traininghealth.run;

import org.jspecify.annotations.NullMarked;
