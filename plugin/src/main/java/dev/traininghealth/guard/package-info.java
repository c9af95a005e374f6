/**
 * Keeps the plugin from harming the training: what fails ends at a {@link
 * dev.traininghealth.guard.Guard}. In come failures of the plugin's own stages and of the user's
 * code; out go one warning each, and whether the piece that failed is called again. Knows no other
 * package of the plugin.
 */
@NullMarked
package dev.traininghealth.guard;

import org.jspecify.annotations.NullMarked;
