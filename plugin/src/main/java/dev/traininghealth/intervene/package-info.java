/**
 * Turns diagnoses into interventions.
 *
 * <p>An {@link dev.traininghealth.intervene.InterventionPolicy} receives the diagnoses of an
 * iteration and makes requests at two moments. Before the update it may request to clip the
 * gradient or to skip the step. After the update it may request other learning rates, a rollback, a
 * stop or a trial. Only {@link dev.traininghealth.intervene.model.EditedNetwork} writes to the
 * network. Each change is recorded as an {@link dev.traininghealth.intervene.Intervention
 * intervention}, also in a dry run.
 */
@NullMarked
package dev.traininghealth.intervene;

import org.jspecify.annotations.NullMarked;
