/**
 * What a listener's open runs have measured and found, for code that reads it at any time, such as
 * a metrics library.
 *
 * <p>Input: each run's numbers and diagnoses, from its training thread. Output: the numbers of the
 * latest iteration, and counts over all runs, for any thread.
 */
@NullMarked
package dev.traininghealth.live;

import org.jspecify.annotations.NullMarked;
