/**
 * Rules that clip gradients: the plugin's and the user's.
 *
 * <p>A rule reads the norms of a gradient, layer by layer, and scales down its parts.
 */
@NullMarked
package dev.traininghealth.intervene.clip;

import org.jspecify.annotations.NullMarked;
