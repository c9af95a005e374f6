/**
 * The only code that writes to a network that is trained: its gradient, its parameters and updater
 * state, its learning rates. What a dry run would write goes to copies. The one entrance is {@link
 * dev.traininghealth.intervene.model.EditedNetwork}.
 */
@NullMarked
package dev.traininghealth.intervene.model;

import org.jspecify.annotations.NullMarked;
