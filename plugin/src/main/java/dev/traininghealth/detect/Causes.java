package dev.traininghealth.detect;

import java.util.List;
import java.util.Set;

/**
 * What follows from what. Unfit data make gradients explode, units die and saturate; what explodes
 * kills and saturates units, makes the score swing and ends in NaN; dead and saturated units pass
 * no gradient on; and a network whose first layers get no gradient does not learn. What explodes,
 * swings or ends in NaN is what protection cures again and again; a network whose steps are skipped
 * or held small for it learns little.
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
          Problem.MASKED,
          Problem.NOT_LEARNING,
          Problem.PLATEAU);

  /** What a cure is applied for: nothing else explains that it is applied too often. */
  private static final Set<Problem> CURED =
      Set.of(Problem.EXPLODING, Problem.NON_FINITE, Problem.OSCILLATING);

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
    if (effect.equals(Problem.MASKED)) {
      return CURED.contains(cause);
    }
    int from = ORDER.indexOf(cause);
    int to = ORDER.indexOf(effect);
    return from >= 0 && from < to && !cause.equals(Problem.NOT_LEARNING);
  }
}
