/**
 * Runs that protection has harmed, or could harm, each alone and protected.
 *
 * <p>A {@link dev.traininghealth.samples.noharm.Setup} builds a {@link
 * dev.traininghealth.samples.noharm.Training} for a seed, the runner trains it in each {@link
 * dev.traininghealth.samples.noharm.Mode}, and the table compares the results of the networks.
 */
@NullMarked
package dev.traininghealth.samples.noharm;

import org.jspecify.annotations.NullMarked;
