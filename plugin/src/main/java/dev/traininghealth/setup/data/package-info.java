/**
 * The data before training: minibatches come in from an iterator or a list, and statistics of
 * features and labels, with copies of some minibatches, go out.
 */
@NullMarked
package dev.traininghealth.setup.data;

import org.jspecify.annotations.NullMarked;
