package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.History;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Progress;

/** Whether data that do not fit are seen to do harm, which makes a note about them a WARNING. */
final class DataHarm {
  /**
   * Iterations before scores are compared with a constant prediction. Chosen on the fault corpus: a
   * shorter one reports networks that have not found the mean of the labels yet.
   */
  private static final int PATIENCE = 100;

  /**
   * Iterations before a network can be stagnant. Chosen on the fault corpus; the package describes
   * a shorter and a longer one.
   */
  private static final int STAGNATION_PATIENCE = 150;

  /**
   * Share by which the score of a recovering network has fallen since the start. Chosen on the
   * fault corpus: a larger one reports networks that overcome the scale slowly.
   */
  private static final double RECOVERING_SHARE = 0.3;

  /**
   * Standard errors by which the score must exceed twice that of a constant prediction. Chance
   * alone exceeds three in one of 740 cases, if noise is normal.
   */
  private static final double STANDARD_ERRORS = 3;

  /** An array, because the iterator of a list would be allocated. */
  private static final ProblemFamily[] EXPLAINED = {
    ProblemFamily.EXPLODING,
    ProblemFamily.NON_FINITE,
    ProblemFamily.DEAD_UNITS,
    ProblemFamily.SATURATED,
    ProblemFamily.VANISHING,
    ProblemFamily.OSCILLATING,
    ProblemFamily.NOT_LEARNING
  };

  private DataHarm() {}

  /** {@return whether an alarm is active that the data explain, or the network does not learn} */
  static boolean isSeen(History history) {
    return hasExplainedAlarm(history)
        || isWorseThanConstant(history)
        || history.isStagnant(STAGNATION_PATIENCE);
  }

  /** {@return whether an alarm is active that the data explain} */
  static boolean hasExplainedAlarm(History history) {
    for (ProblemFamily family : EXPLAINED) {
      if (history.hasActiveAlarm(family)) {
        return true;
      }
    }
    return false;
  }

  /**
   * {@return whether the score is still more than twice that of a constant prediction, which any
   * network passes early}
   */
  static boolean isWorseThanConstant(History history) {
    Progress progress = history.progress();
    return history.iterationsSeen() >= PATIENCE
        && progress.isKnown()
        && !progress.hasFallenBy(RECOVERING_SHARE)
        && progress.recent() - STANDARD_ERRORS * progress.error()
            > 2 * history.constantPredictionScore();
  }
}
