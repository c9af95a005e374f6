/**
 * Makes diagnoses from findings.
 *
 * <p>Calls each detector at both moments of an iteration, attaches effects to their causes, and
 * reports diagnoses that start, change and end.
 */
@NullMarked
package dev.traininghealth.detect.diagnose;

import org.jspecify.annotations.NullMarked;
