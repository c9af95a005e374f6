package dev.traininghealth.detect.diagnose;

import dev.traininghealth.detect.ProblemFamily;
import java.util.Set;

/**
 * What follows from what. Unfit data make gradients explode, units die and saturate; what explodes
 * kills and saturates units, makes the score swing and ends in NaN; dead and saturated units pass
 * no gradient on; and a network whose first layers get no gradient does not learn. What explodes,
 * swings or ends in NaN is what protection answers again and again; a network whose steps are
 * skipped or held small for it learns little.
 */
final class CausalOrder {
  /** What protection answers: nothing else explains that it acts too often. */
  private static final Set<ProblemFamily> PROTECTED_AGAINST =
      Set.of(ProblemFamily.EXPLODING, ProblemFamily.NON_FINITE, ProblemFamily.OSCILLATING);

  /** What a network does in the end, and what nobody knows: it explains nothing. */
  private static final Set<ProblemFamily> NO_CAUSES =
      Set.of(ProblemFamily.NOT_LEARNING, ProblemFamily.PLATEAU, ProblemFamily.OTHER);

  private CausalOrder() {}

  /**
   * Tells whether a problem of one family can follow from one of another. Within one family the
   * whole network's explains a layer's.
   */
  static boolean explains(
      ProblemFamily cause, int causeLayer, ProblemFamily effect, int effectLayer) {
    if (cause == effect) {
      return cause != ProblemFamily.OTHER && causeLayer < 0 && effectLayer >= 0;
    }
    if (effect == ProblemFamily.OVERUSED_PROTECTION) {
      return PROTECTED_AGAINST.contains(cause);
    }
    return effect != ProblemFamily.OTHER
        && !NO_CAUSES.contains(cause)
        && cause.compareTo(effect) < 0;
  }
}
