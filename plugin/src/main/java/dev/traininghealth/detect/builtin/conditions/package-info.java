/**
 * The detectors of how a run is carried out: its speed and memory. None of them looks at what the
 * network learns, and protection acts on none of their problems.
 */
@NullMarked
package dev.traininghealth.detect.builtin.conditions;

import org.jspecify.annotations.NullMarked;
