/**
 * Keeps the plugin from harming the training: failures end at a {@link
 * dev.traininghealth.guard.Guard}, optional measurements are kept within a share of the training
 * time by a {@link dev.traininghealth.guard.CostAccount}, the user's callbacks and storage are
 * called where neither an exception nor a wait reaches the training. Knows no other package of the
 * plugin.
 */
@NullMarked
package dev.traininghealth.guard;

import org.jspecify.annotations.NullMarked;
