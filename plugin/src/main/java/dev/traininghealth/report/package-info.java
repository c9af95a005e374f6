/**
 * Reports on a recorded session, without a UI. Input: a storage, or the file of one. Output: text,
 * JSON or a page in one file with what was found, what was done and what was checked, and an {@link
 * dev.traininghealth.report.Outcome} for a build.
 */
@NullMarked
package dev.traininghealth.report;

import org.jspecify.annotations.NullMarked;
