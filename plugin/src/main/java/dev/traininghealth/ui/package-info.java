/**
 * The Health page in DL4J's own training UI. Records of {@code publish} flow in, out of whatever
 * storage is attached to the UI server; a page, its scripts and bounded JSON flow out. Nothing here
 * knows how the numbers were measured, so that a run of another process or machine is shown the
 * same way.
 */
@NullMarked
package dev.traininghealth.ui;

import org.jspecify.annotations.NullMarked;
