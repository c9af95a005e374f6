/**
 * Formats what a user reads: messages as data, numbers in one format, layers and parameters by the
 * names that the user gave them.
 */
@NullMarked
package dev.traininghealth.text;

import org.jspecify.annotations.NullMarked;
