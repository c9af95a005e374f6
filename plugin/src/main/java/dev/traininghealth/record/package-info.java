/**
 * The records of a run and their byte formats: the contract between the training process and the
 * process that shows the page. A {@link dev.traininghealth.record.RunRecord} describes the run.
 * {@link dev.traininghealth.record.SegmentRecord}, {@link
 * dev.traininghealth.record.DiagnosisRecord} and {@link
 * dev.traininghealth.record.InterventionRecord} hold its measurements, diagnoses and interventions.
 * Storages identify records by their class names, which therefore never change after a release.
 * Bytes are not trusted: the memory and time for reading them is bounded by their length.
 */
@NullMarked
package dev.traininghealth.record;

import org.jspecify.annotations.NullMarked;
