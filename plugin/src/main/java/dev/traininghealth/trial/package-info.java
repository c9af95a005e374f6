/**
 * Trials: what a change would do to the training is tried on copies of the network before it is
 * done. In flow copies of the latest minibatches and states that the network had; out flows what
 * became of each branch, and which of them, if any, is better than doing nothing. Nothing here
 * writes to the network that is trained.
 */
@NullMarked
package dev.traininghealth.trial;

import org.jspecify.annotations.NullMarked;
