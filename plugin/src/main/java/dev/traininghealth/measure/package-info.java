/**
 * Numbers of one iteration, read from a network while DL4J trains it. In come the callbacks' model
 * and activations; out goes one {@link dev.traininghealth.numbers.MeasurementWriter}, refilled each
 * iteration. Where a value is not finite, an {@link dev.traininghealth.numbers.NonFiniteOrigin} is
 * searched. Nothing here writes to a model that is the user's.
 */
@NullMarked
package dev.traininghealth.measure;

import org.jspecify.annotations.NullMarked;
