/**
 * What is usual in this run and whether its score falls: the implementation of {@link
 * dev.traininghealth.detect.History}. Numbers of each iteration flow in, and are kept as a bounded
 * summary that can be saved and restored.
 */
@NullMarked
package dev.traininghealth.detect.statistics;

import org.jspecify.annotations.NullMarked;
