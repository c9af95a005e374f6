/**
 * The detectors of whether the network tells its examples apart: in its output, and in the layers
 * before it.
 */
@NullMarked
package dev.traininghealth.detect.builtin.representation;

import org.jspecify.annotations.NullMarked;
