/**
 * What is measured goes in, records that travel come out. A recorder takes one measurement an
 * iteration from the training thread and, on a thread of its own, puts columns of many iterations
 * into DL4J's storage, old ones ever coarser, so that a long run stays small; beside them go the
 * reports that DL4J's own pages read. {@link dev.traininghealth.publish.RunRecord}, {@link
 * dev.traininghealth.publish.SegmentRecord}, {@link dev.traininghealth.publish.DiagnosisRecord} and
 * {@link dev.traininghealth.publish.InterventionRecord} are all that the page knows of a run.
 */
@NullMarked
package dev.traininghealth.publish;

import org.jspecify.annotations.NullMarked;
