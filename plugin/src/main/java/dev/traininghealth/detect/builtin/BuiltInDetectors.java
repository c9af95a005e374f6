package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.builtin.conditions.ConditionDetectors;
import dev.traininghealth.detect.builtin.representation.RepresentationDetectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Creates the plugin's own detectors.
 *
 * @hidden
 */
public final class BuiltInDetectors {
  private BuiltInDetectors() {}

  /**
   * Creates one detector of each kind, in its initial state.
   *
   * @param disabled names of disabled detectors; they are created nevertheless, and no other
   *     detector reports their problems
   * @return the detectors, causes before effects
   */
  public static List<Detector> create(Set<String> disabled) {
    List<Detector> all = new ArrayList<>(ofLearning(disabled));
    all.addAll(RepresentationDetectors.create());
    all.addAll(ConditionDetectors.create());
    return List.copyOf(all);
  }

  private static List<Detector> ofLearning(Set<String> disabled) {
    return List.of(
        new DataDetector(),
        new LabelScaleDetector(),
        new LabelBalanceDetector(),
        new OutlierDetector(),
        new NonFiniteDetector(),
        new DriftDetector(),
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
        new UpdateRatioDetector(!disabled.contains("not-learning")),
        new SetupDetector(),
        new OverfittingDetector(),
        new OverusedProtectionDetector());
  }
}
