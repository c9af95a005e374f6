/**
 * Writes and reads failure bundles, files with all that is needed to replay a failing iteration.
 *
 * <p>The training thread copies the minibatch, the network and its diagnoses. A separate thread
 * writes the file.
 */
@NullMarked
package dev.traininghealth.bundle;

import org.jspecify.annotations.NullMarked;
