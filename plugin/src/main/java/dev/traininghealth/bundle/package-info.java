/**
 * The file of a failure bundle: an iteration that failed is captured, written by a thread of its
 * own, and read again. In flow the minibatch, the network before the step and what was diagnosed.
 */
@NullMarked
package dev.traininghealth.bundle;

import org.jspecify.annotations.NullMarked;
