/**
 * Writes measurements, diagnoses and interventions to DL4J's storage. The training thread copies
 * one measurement per iteration; the recorder's thread stores {@linkplain dev.traininghealth.record
 * records} of many iterations, older ones coarser, so that long runs stay small. Diagnoses and
 * interventions are stored each under its own key. The {@linkplain dev.traininghealth.publish.stock
 * reports} that DL4J's own pages read are stored beside them.
 */
@NullMarked
package dev.traininghealth.publish;

import org.jspecify.annotations.NullMarked;
