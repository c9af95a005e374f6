/**
 * Set-ups as users reported them, rebuilt with generated data: what the listener says of each, and
 * whether its first remedy helps.
 *
 * <p>A {@link dev.traininghealth.samples.reported.ReportedSetup} builds a {@link
 * dev.traininghealth.samples.reported.Trainee} for a seed. It is trained under a listener, and once
 * more with the remedy carried out; or alone and under a listener that protects.
 */
@NullMarked
package dev.traininghealth.samples.reported;

import org.jspecify.annotations.NullMarked;
