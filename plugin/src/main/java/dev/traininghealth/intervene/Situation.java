package dev.traininghealth.intervene;

import dev.traininghealth.detect.CurrentDiagnoses;

/** What a policy sees of a run: what was found just now, and what has been done before. */
public interface Situation extends CurrentDiagnoses {
  /**
   * Gives the settings.
   *
   * @return what protecting may do
   */
  ProtectionSettings settings();

  /**
   * Tells whether parameters and updater state are finite. Looked at when asked, so to be asked
   * only where something was found.
   *
   * @return false where an element is NaN or infinite
   */
  boolean isNetworkFinite();

  /**
   * Gives what the user's own learning rates are multiplied by.
   *
   * @return 1 at first
   */
  double learningRateFactor();

  /**
   * Tells whether the objective moves, so that a score that rises is no fault: as the user has said
   * ({@link ProtectionSettings#movingObjective}), or since weights are changed from outside again
   * and again.
   *
   * @return whether nothing can be judged by the course of the score
   */
  boolean isObjectiveMoving();

  /**
   * Tells whether a learning rate follows a schedule of the user's.
   *
   * @return whether any updater has a schedule
   */
  boolean hasLearningRateSchedule();

  /**
   * Tells how long ago something was done.
   *
   * @param kind of intervention
   * @return iterations, 0 for this one; {@link Long#MAX_VALUE} where it never was
   */
  long iterationsSince(Intervention.Kind kind);

  /**
   * Counts what was done lately.
   *
   * @param kind of intervention
   * @param window iterations to look back
   * @return how often, at most 128
   */
  int count(Intervention.Kind kind, long window);

  /**
   * Counts the steps skipped without a break.
   *
   * @return 0 where the latest step was made
   */
  int consecutiveSkips();

  /**
   * Counts rollbacks to one snapshot.
   *
   * @return how often the network has been set back without a new snapshot having proved healthy
   */
  int consecutiveRollbacks();

  /**
   * Tells whether there is a snapshot to go back to.
   *
   * @return false where there is no memory for them, or none was taken yet
   */
  boolean canRollBack();

  /**
   * Tells how long nothing has been wrong.
   *
   * @return iterations since an alarm was seen, or since the run began
   */
  long iterationsSinceAlarm();

  /**
   * Counts the iterations at which an explosion was seen in gradient or score, before the update,
   * and the step was made.
   *
   * @param window iterations to look back, at most 64
   * @return in how many of them
   */
  int spikeCount(int window);

  /**
   * Tells whether the trial that was adopted last has found rows of the data to blame, which lie
   * far outside the scale of the others: then every spike of the gradient is theirs.
   *
   * @return false unless it has
   */
  default boolean areRowsToBlame() {
    return false;
  }

  /**
   * Tells up to where the learning rate may be raised: to where the run had proved healthy before
   * an instability; not above a rate that brought an instability back; and not at all where it
   * never was healthy at that rate, or after a reduction for anything but an instability.
   *
   * @return the factor, at most 1
   */
  double maxLearningRateFactor();
}
