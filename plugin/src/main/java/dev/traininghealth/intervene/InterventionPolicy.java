package dev.traininghealth.intervene;

import java.io.Serializable;

/**
 * Decides which diagnosis causes which intervention, in what order and how often.
 *
 * <p>A policy has no state: earlier interventions are in the {@link Situation}, so that one policy
 * serves any number of runs. The training thread calls it at every iteration. A policy that throws
 * anything or returns null is not called again. That run is then only observed, with one warning.
 *
 * @see TrialPolicy
 */
public interface InterventionPolicy extends Serializable {
  /**
   * Decides after the gradient is computed and before the update.
   *
   * @param situation the run at this moment
   * @return the request, {@link BeforeUpdate#PROCEED} for none
   */
  BeforeUpdate beforeUpdate(Situation situation);

  /**
   * Decides after the update has been applied.
   *
   * @param situation the run at this moment
   * @return the request, {@link AfterUpdate#PROCEED} for none
   */
  AfterUpdate afterUpdate(Situation situation);

  /**
   * Whether the policy requests trials ({@link AfterUpdate.Try}, {@link AfterUpdate.TryRaise}).
   *
   * <p>Trials need copies of the latest minibatches. These are kept only if this returns true.
   *
   * @return false unless overridden
   */
  default boolean usesTrials() {
    return false;
  }
}
