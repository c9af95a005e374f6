package dev.traininghealth.trial;

/** The purpose of a trial, which decides by which test a branch is adopted. */
public enum TrialQuestion {
  /**
   * Parameters are non-finite: the branches compete among themselves, and the best finite one is
   * adopted.
   */
  LOST,
  /**
   * The run is unstable. A branch is adopted if changing nothing causes harm, or if it stagnates
   * and an earlier state scores better on the same examples. In addition, the branch must end
   * better than changing nothing, and better than the start of the trial.
   */
  HARM,
  /**
   * The network does not learn. A branch is adopted if changing nothing gains nothing. In addition,
   * the branch must end better than changing nothing, and better than the start of the trial.
   */
  STANDSTILL,
  /** As {@link #STANDSTILL}, for a network that has learned and has reached a plateau. */
  PLATEAU,
  /**
   * Lowered learning rates are to be raised again. The highest rate is adopted that ends no worse
   * than the present one, within noise. If there is none, a lower rate that ends better is adopted;
   * if the present rate gains as well, only one that ends far better.
   */
  RAISE,
  /** An adopted change is compared with the network's state before it. */
  LOOK_BACK
}
