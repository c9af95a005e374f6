/**
 * Changes that all workers which share their gradients make together.
 *
 * <p>Each worker of a {@code ParallelWrapper} with shared gradients has a listener and a policy of
 * its own, but all of them must train at the same learning rates. A worker's request goes to its
 * {@link dev.traininghealth.intervene.workers.WorkerGroup group}. Every worker carries it out in
 * the next iteration, at the same iteration count.
 */
@NullMarked
package dev.traininghealth.intervene.workers;

import org.jspecify.annotations.NullMarked;
