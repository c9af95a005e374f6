package dev.traininghealth.intervene;

import java.io.Serializable;

/**
 * Decides which diagnosis asks for what, in what order, and how often. It has no state of its own:
 * what has been done before is in the {@link Situation}, so that one policy serves any number of
 * runs. Called by the thread that trains, at every iteration. A policy that throws anything or
 * returns null is not asked again: that run is then only observed, with one warning.
 *
 * @see TrialPolicy
 */
public interface InterventionPolicy extends Serializable {
  /**
   * Decides when the gradient is known and nothing has been updated.
   *
   * @param situation the run at this moment
   * @return what is to be done, {@link BeforeUpdate#PROCEED} for nothing
   */
  BeforeUpdate beforeUpdate(Situation situation);

  /**
   * Decides when the update has been applied.
   *
   * @param situation the run at this moment
   * @return what is to be done, {@link AfterUpdate#PROCEED} for nothing
   */
  AfterUpdate afterUpdate(Situation situation);

  /**
   * Tells whether it asks for trials ({@link AfterUpdate.Try}, {@link AfterUpdate.TryRaise}), for
   * which copies of the latest minibatches have to be kept. Without them nothing can be tried.
   *
   * @return false unless a policy says otherwise
   */
  default boolean tries() {
    return false;
  }
}
