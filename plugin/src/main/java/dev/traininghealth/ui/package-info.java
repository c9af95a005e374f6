/**
 * The Health page in DL4J's training UI. In come the records of a storage; out go the page and the
 * JSON that it draws. Knows nothing of the training side, so that it shows runs of other processes
 * and machines as well.
 */
@NullMarked
package dev.traininghealth.ui;

import org.jspecify.annotations.NullMarked;
