/**
 * Puts a recorded run together again. Input: records of {@code publish}, from any storage. Output:
 * the state of one worker's recording: its rows along the iterations, diagnoses, interventions and
 * a verdict. No type of a UI is needed, so that reports are made without one.
 */
@NullMarked
package dev.traininghealth.read;

import org.jspecify.annotations.NullMarked;
