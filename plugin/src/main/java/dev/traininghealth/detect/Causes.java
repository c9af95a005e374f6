package dev.traininghealth.detect;

import java.util.List;

/**
 * What follows from what. Unfit data make gradients explode, units die and saturate; what explodes
 * kills and saturates units, makes the score swing and ends in NaN; dead and saturated units pass
 * no gradient on; and a network whose first layers get no gradient does not learn.
 */
final class Causes {
  /** From causes to effects: each problem may explain those after it. */
  private static final List<Problem> ORDER =
      List.of(
          Problem.DATA,
          Problem.EXPLODING,
          Problem.NON_FINITE,
          Problem.DEAD_RELU,
          Problem.SATURATED,
          Problem.VANISHING,
          Problem.OSCILLATING,
          Problem.NOT_LEARNING,
          Problem.PLATEAU);

  private Causes() {}

  /** Place in the order from causes to effects; what is not known comes last. */
  static int rank(Problem problem) {
    int rank = ORDER.indexOf(problem);
    return rank < 0 ? ORDER.size() : rank;
  }

  /**
   * Tells whether one problem can follow from another. Within one problem the whole network's
   * explains a layer's.
   */
  static boolean explains(Problem cause, int causeLayer, Problem effect, int effectLayer) {
    if (cause.equals(effect)) {
      return causeLayer < 0 && effectLayer >= 0;
    }
    int from = ORDER.indexOf(cause);
    int to = ORDER.indexOf(effect);
    return from >= 0 && from < to && !cause.equals(Problem.NOT_LEARNING);
  }
}
