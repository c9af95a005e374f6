/**
 * Keeps the plugin from disturbing training.
 *
 * <p>A {@link dev.traininghealth.guard.Guard} catches failures. A {@link
 * dev.traininghealth.guard.CostAccount} keeps optional measurements within a share of the training
 * time. A {@link dev.traininghealth.guard.MemoryBudget} limits the memory of all copies. User
 * callbacks and storage are called so that neither an exception nor a wait reaches the training
 * thread. Depends on no other package of the plugin.
 */
@NullMarked
package dev.traininghealth.guard;

import org.jspecify.annotations.NullMarked;
