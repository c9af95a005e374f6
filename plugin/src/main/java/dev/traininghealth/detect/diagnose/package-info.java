/**
 * Makes diagnoses of findings: asks every detector at both moments of an iteration, groups effects
 * under their causes, and hands on what starts, changes and ends.
 */
@NullMarked
package dev.traininghealth.detect.diagnose;

import org.jspecify.annotations.NullMarked;
