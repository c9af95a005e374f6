/**
 * The plugin's own detectors, one class each.
 *
 * <p>Each reads the {@link dev.traininghealth.detect.History} at both moments of an iteration. It
 * reports findings with a message and remedies.
 */
@NullMarked
package dev.traininghealth.detect.builtin;

import org.jspecify.annotations.NullMarked;
