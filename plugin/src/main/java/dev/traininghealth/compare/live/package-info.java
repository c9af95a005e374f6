/**
 * Holds a run against a recorded one that was good while it trains. Input: the rows that the
 * recorder's thread has put, and the recording of the baseline run. Output: where the run departs,
 * for a detector, or why nothing is compared.
 */
@NullMarked
package dev.traininghealth.compare.live;

import org.jspecify.annotations.NullMarked;
