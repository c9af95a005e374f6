/**
 * Numbers of one iteration, read from a network while DL4J trains it. In come the callbacks' model
 * and activations; out goes one {@link dev.traininghealth.measure.Measurement}, refilled each
 * iteration. Nothing here writes to a model.
 */
@NullMarked
package dev.traininghealth.measure;

import org.jspecify.annotations.NullMarked;
