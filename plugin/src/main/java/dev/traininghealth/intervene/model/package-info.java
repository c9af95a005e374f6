/**
 * The only code that writes to a network under training: its gradient, parameters, updater state
 * and learning rates.
 *
 * <p>A dry run writes to copies. The one entry point is {@link
 * dev.traininghealth.intervene.model.EditedNetwork}.
 */
@NullMarked
package dev.traininghealth.intervene.model;

import org.jspecify.annotations.NullMarked;
