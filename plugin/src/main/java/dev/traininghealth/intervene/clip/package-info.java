/**
 * Rules by which gradients are clipped, the plugin's and the user's. In comes a gradient as norms,
 * layer by layer; out goes what each part is to be scaled by.
 */
@NullMarked
package dev.traininghealth.intervene.clip;

import org.jspecify.annotations.NullMarked;
