/**
 * Tries changes on copies of the network before they are made. Input: copies of the latest
 * minibatches and states of the network. Output: the result of each branch, and the branch, if any,
 * that is better than changing nothing. Never writes to the trained network.
 */
@NullMarked
package dev.traininghealth.trial;

import org.jspecify.annotations.NullMarked;
