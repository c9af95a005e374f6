/**
 * The detectors of how a run is carried out: its learning-rate schedule, speed and memory.
 * Protection acts on none of their problems.
 */
@NullMarked
package dev.traininghealth.detect.builtin.conditions;

import org.jspecify.annotations.NullMarked;
