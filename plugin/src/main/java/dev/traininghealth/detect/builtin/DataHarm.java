package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.History;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Progress;
import dev.traininghealth.numbers.DataSummary;

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

  /**
   * Iterations before scores are compared with a prediction of 0, from which a falling score may
   * come down.
   */
  private static final int BLOWN_UP_PATIENCE = 200;

  /**
   * Factor on the score of a prediction of 0 beyond which the outputs are blown up, however the
   * score falls. Features of bytes start at about 1e4, the square of their scale; those of up to
   * 3e8 were at 2e5 and more after the patience, in ten runs with Adam.
   */
  private static final double BLOWN_UP_FACTOR = 1e3;

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
        || isBlownUp(history)
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

  /**
   * {@return whether the score is still beyond any comparison with that of a prediction of 0}
   * Against it, and not against the mean of the labels, because the mean may be far away and still
   * be learned.
   */
  private static boolean isBlownUp(History history) {
    DataSummary data = history.current().data();
    double mean = data.labelMean() / data.labelStandardDeviation();
    double zeroPrediction = (1 + mean * mean) * history.constantPredictionScore();
    Progress progress = history.progress();
    return history.iterationsSeen() >= BLOWN_UP_PATIENCE
        && progress.isKnown()
        && progress.recent() > BLOWN_UP_FACTOR * zeroPrediction;
  }
}
