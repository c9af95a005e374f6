/**
 * How a run is carried out: the time of an iteration's parts by the run's clock, and garbage
 * collection and memory as the JVM reports them.
 */
@NullMarked
package dev.traininghealth.measure.conditions;

import org.jspecify.annotations.NullMarked;
