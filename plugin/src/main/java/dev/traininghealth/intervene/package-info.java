/**
 * From diagnoses to changes. What the detectors report at an iteration flows into a {@link
 * dev.traininghealth.intervene.InterventionPolicy}, which asks for something at one of two moments:
 * before the update (clip the gradient, skip the step) or after it (another learning rate, back to
 * a snapshot, an end). The {@link dev.traininghealth.intervene.model.EditedNetwork} alone writes to
 * the network; each change is recorded as an {@link dev.traininghealth.intervene.Intervention
 * intervention}, applied or of a dry run.
 */
@NullMarked
package dev.traininghealth.intervene;

import org.jspecify.annotations.NullMarked;
