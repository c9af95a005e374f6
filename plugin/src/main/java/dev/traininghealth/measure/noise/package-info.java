/**
 * The noise of the gradient: in come two halves of a minibatch, out go the bounds of the batch size
 * at which a gradient is as much signal as noise.
 */
@NullMarked
package dev.traininghealth.measure.noise;

import org.jspecify.annotations.NullMarked;
