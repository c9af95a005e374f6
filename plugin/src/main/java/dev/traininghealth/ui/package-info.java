/**
 * Serves the Health page in DL4J's own training UI. Input: records of {@code publish}, from any
 * storage that is attached to the UI server. Output: a page, its scripts and JSON of bounded size.
 * Nothing here depends on how the numbers were measured, so that a run of another process or
 * machine is shown in the same way.
 */
@NullMarked
package dev.traininghealth.ui;

import org.jspecify.annotations.NullMarked;
