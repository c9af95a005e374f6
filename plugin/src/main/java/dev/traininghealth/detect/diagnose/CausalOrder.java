package dev.traininghealth.detect.diagnose;

import dev.traininghealth.detect.ProblemFamily;
import java.util.Set;

/**
 * Determines which problems can cause which others.
 *
 * <ul>
 *   <li>Unsuitable data cause exploding gradients, dead units and saturated units.
 *   <li>A drift causes exploding values and NaN, and nothing else.
 *   <li>Exploding values cause dead and saturated units, an oscillating score and NaN.
 *   <li>Dead and saturated units pass no gradient, and without gradient the first layers do not
 *       learn.
 *   <li>Exploding values, an oscillating score and NaN cause repeated protection, whose skipped or
 *       small steps slow learning down.
 * </ul>
 */
final class CausalOrder {
  /** Families against which protection acts. Only they can cause overused protection. */
  private static final Set<ProblemFamily> PROTECTED_AGAINST =
      Set.of(ProblemFamily.EXPLODING, ProblemFamily.NON_FINITE, ProblemFamily.OSCILLATING);

  /** Families that cause nothing: final effects, and problems of users' detectors. */
  private static final Set<ProblemFamily> NO_CAUSES =
      Set.of(
          ProblemFamily.NOT_LEARNING,
          ProblemFamily.PLATEAU,
          ProblemFamily.OVERFITTING,
          ProblemFamily.OTHER);

  /** What an early sign announces. */
  private static final Set<ProblemFamily> ANNOUNCED =
      Set.of(ProblemFamily.EXPLODING, ProblemFamily.NON_FINITE);

  private CausalOrder() {}

  /**
   * Whether a problem of one family can cause a problem of another.
   *
   * <p>Within a family, a problem of the whole network causes those of layers.
   */
  static boolean explains(
      ProblemFamily cause, int causeLayer, ProblemFamily effect, int effectLayer) {
    if (cause == effect) {
      return cause != ProblemFamily.OTHER && causeLayer < 0 && effectLayer >= 0;
    }
    if (cause.isEarlySign()) {
      return ANNOUNCED.contains(effect);
    }
    if (effect == ProblemFamily.OVERUSED_PROTECTION) {
      return PROTECTED_AGAINST.contains(cause);
    }
    return effect != ProblemFamily.OTHER
        && !NO_CAUSES.contains(cause)
        && cause.compareTo(effect) < 0;
  }
}
