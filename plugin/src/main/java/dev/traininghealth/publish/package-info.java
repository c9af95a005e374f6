/**
 * Brings what was measured, found and done into DL4J's storage. A recorder takes one measurement an
 * iteration from the training thread and, on a thread of its own, puts {@linkplain
 * dev.traininghealth.record records} of many iterations into the storage, old ones ever coarser, so
 * that a long run stays small. Diagnoses and interventions go the same way, each under a key of its
 * own; beside them go the {@linkplain dev.traininghealth.publish.stock reports} that DL4J's own
 * pages read.
 */
@NullMarked
package dev.traininghealth.publish;

import org.jspecify.annotations.NullMarked;
