package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Detector;
import java.util.List;
import java.util.Set;

/**
 * The list of the plugin's own detectors.
 *
 * @hidden
 */
public final class BuiltInDetectors {
  private BuiltInDetectors() {}

  /**
   * Creates one of each, with no state.
   *
   * @param without names of detectors that are switched off; they are created all the same, and
   *     what they find is found by no other
   * @return the detectors, causes before effects
   */
  public static List<Detector> create(Set<String> without) {
    return List.of(
        new DataDetector(),
        new NonFiniteDetector(),
        new ExplodingGradientDetector(),
        new DivergingScoreDetector(),
        new LargeUpdatesDetector(),
        new DeadReluDetector(),
        new SaturationDetector(),
        new VanishingGradientDetector(),
        new CollapsingWeightsDetector(),
        new OscillationDetector(),
        new NotLearningDetector(),
        new PlateauDetector(),
        new UpdateRatioDetector(!without.contains("not-learning")),
        new OverusedProtectionDetector());
  }
}
