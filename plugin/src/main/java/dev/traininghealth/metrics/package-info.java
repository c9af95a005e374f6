/**
 * A listener's numbers as meters of Micrometer. This is the only package that uses Micrometer,
 * which is an optional dependency: the classes here are loaded only by code that names them.
 */
@NullMarked
package dev.traininghealth.metrics;

import org.jspecify.annotations.NullMarked;
