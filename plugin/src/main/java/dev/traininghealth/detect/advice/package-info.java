/**
 * Remedies in DL4J's API that fit the network.
 *
 * <p>Each detector adds the remedies for its findings. Results of trying learning rates on copies
 * of the network complete them.
 */
@NullMarked
package dev.traininghealth.detect.advice;

import org.jspecify.annotations.NullMarked;
