/**
 * Measures each iteration of a network that DL4J trains. Input: the callbacks' model and
 * activations. Output: one {@link dev.traininghealth.numbers.MeasurementWriter}, refilled each
 * iteration. Searches the {@link dev.traininghealth.numbers.NonFiniteOrigin} of a non-finite value.
 * Never writes to the user's model.
 */
@NullMarked
package dev.traininghealth.measure;

import org.jspecify.annotations.NullMarked;
