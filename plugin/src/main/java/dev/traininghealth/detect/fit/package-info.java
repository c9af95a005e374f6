/**
 * What does not fit in features, labels, loss and output activation: statistics of the data and the
 * configuration go in, findings come out. The check before training and the detectors share these
 * rules and their limits.
 */
@NullMarked
package dev.traininghealth.detect.fit;

import org.jspecify.annotations.NullMarked;
