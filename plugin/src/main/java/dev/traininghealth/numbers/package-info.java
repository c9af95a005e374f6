/**
 * All that a detector may see of a run: the numbers of one iteration, the network's layout, what
 * the minibatches hold, and where the first value that is not finite stood. Plain numbers alone, so
 * that detectors need no array, and their tests no network.
 */
@NullMarked
package dev.traininghealth.numbers;

import org.jspecify.annotations.NullMarked;
