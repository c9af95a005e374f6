package dev.traininghealth.detect.diagnose;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.advice.Advice;
import java.util.List;

/** The usual remedies for a problem, for findings of detectors that supply none. */
final class CommonAdvice {
  /**
   * Thresholds up to this value are thresholds of update:parameter ratios. It is the largest of the
   * detectors for small updates, and no other threshold is as small.
   */
  private static final double MAX_RATIO = 1e-4;

  private CommonAdvice() {}

  static List<Remedy> on(Finding f, Advice advice) {
    return switch (f.problem().family()) {
      case NON_FINITE -> advice.againstNonFinite(f.origin()).remedies();
      case DRIFTING, EXPLODING -> advice.againstExplosion().remedies();
      case VANISHING -> advice.againstVanishing(f.layer()).remedies();
      case DEAD_UNITS -> advice.againstDeadUnits(f.layer(), 1).remedies();
      case SATURATED -> advice.againstSaturation(f.layer()).remedies();
      case OSCILLATING -> advice.againstOscillation().remedies();
      case NOT_LEARNING ->
          isOfSmallUpdates(f)
              ? advice.againstSmallUpdates(f.layer(), f.parameter(), f.observed()).remedies()
              : advice.againstStandstill().remedies();
      case DATA ->
          f.problem().equals(Problem.UNSUITABLE_LABELS)
              ? advice.againstUnfitLabels(f.layer()).remedies()
              : advice.againstUnfitData().remedies();
      case PLATEAU -> advice.atPlateau().remedies();
      case OVERFITTING, OVERUSED_PROTECTION, OTHER -> List.of();
    };
  }

  private static boolean isOfSmallUpdates(Finding f) {
    return f.comparison() == Comparison.BELOW && f.threshold() <= MAX_RATIO;
  }
}
