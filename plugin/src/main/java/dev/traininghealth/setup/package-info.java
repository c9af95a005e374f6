/**
 * The check of a network and its data before training: both come in, and findings with remedies go
 * out. Each rule is a class of its own in the table {@code SetupRules}. Rules read statistics of
 * the data, the configuration, and what copies of the network do; the network itself is only read.
 */
@NullMarked
package dev.traininghealth.setup;

import org.jspecify.annotations.NullMarked;
