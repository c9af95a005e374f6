/**
 * JSON from bytes that are not trusted: one reader with limits, for records and for saved state.
 * Knows no other package of the plugin.
 */
@NullMarked
package dev.traininghealth.json;

import org.jspecify.annotations.NullMarked;
