/**
 * JSON from bytes that are not trusted: one reader with limits, for records and for saved state,
 * and the bytes of the numbers of a saved state.
 */
@NullMarked
package dev.traininghealth.json;

import org.jspecify.annotations.NullMarked;
