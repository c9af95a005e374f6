/**
 * What is stored of a run, and how its bytes are written and read: the contract between the process
 * that trains and the one that shows the page. A {@link dev.traininghealth.record.RunRecord}
 * describes the run; {@link dev.traininghealth.record.SegmentRecord}, {@link
 * dev.traininghealth.record.DiagnosisRecord} and {@link
 * dev.traininghealth.record.InterventionRecord} hold what happened in it. Storages know records by
 * their class names, so that these never change after a release. Bytes are not trusted: whatever
 * they claim, what reading them takes is bounded by their length.
 */
@NullMarked
package dev.traininghealth.record;

import org.jspecify.annotations.NullMarked;
