/**
 * How the plugin writes what a user reads: numbers in one format, layers and parameters by the
 * names that the user gave them.
 */
@NullMarked
package dev.traininghealth.text;

import org.jspecify.annotations.NullMarked;
