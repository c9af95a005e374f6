/**
 * The plugin's own detectors, one class each. In comes the {@link
 * dev.traininghealth.detect.History} at both moments of an iteration; out go findings with the
 * sentence and the remedies of the detector's own.
 */
@NullMarked
package dev.traininghealth.detect.builtin;

import org.jspecify.annotations.NullMarked;
