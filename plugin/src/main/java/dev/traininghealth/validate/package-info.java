/**
 * Scores a network on validation data, and counts from the same forward passes how often it is
 * right, by class. Input: the network and the user's iterator, between epochs. Output: a score, and
 * the results of each class.
 */
@NullMarked
package dev.traininghealth.validate;

import org.jspecify.annotations.NullMarked;
