package dev.traininghealth.trial;

/** What a trial is to find out, which decides by what test a branch is adopted. */
public enum TrialQuestion {
  /**
   * Parameters are not finite: the branches compete among themselves, and the best that stays
   * finite is adopted.
   */
  LOST,
  /**
   * The training is unstable. A branch is adopted where doing nothing is seen to do harm, or stands
   * still at a score that a state from before betters on the same examples; and the branch ends
   * better than doing nothing, and better than where the trial began.
   */
  HARM,
  /**
   * The network does not learn. A branch is adopted where doing nothing gains nothing, and the
   * branch ends better than doing nothing, and better than where the trial began.
   */
  STANDSTILL,
  /** As {@link #STANDSTILL}, for a network that has learned and has come to rest. */
  PLATEAU,
  /**
   * Learning rates that were lowered are to rise again: the highest is adopted that ends no worse
   * than the present one, beyond noise. Where there is none, a lower one that ends better, if the
   * present one gains nothing.
   */
  RAISE,
  /** A change that was adopted is compared with the state that the network had before it. */
  LOOK_BACK
}
