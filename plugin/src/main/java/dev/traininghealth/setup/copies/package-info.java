/**
 * What a network does before training: a copy of it and minibatches come in, and short runs of the
 * copy with their scores go out.
 */
@NullMarked
package dev.traininghealth.setup.copies;

import org.jspecify.annotations.NullMarked;
