package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.BaselineRun;
import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.builtin.conditions.ConditionDetectors;
import dev.traininghealth.detect.builtin.representation.RepresentationDetectors;
import dev.traininghealth.text.Message;
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
   * Creates one detector of each kind for a run that is compared with no other one.
   *
   * @param disabled as for {@link #create(Set, BaselineRun)}
   * @return the detectors, causes before effects
   */
  public static List<Detector> create(Set<String> disabled) {
    return create(disabled, BaselineRun.none(Message.of("say.check.no.baselineRun")));
  }

  /**
   * Creates one detector of each kind, in its initial state.
   *
   * @param disabled names of disabled detectors; they are created nevertheless, and no other
   *     detector reports their problems
   * @param baseline how the run compares with a recorded one
   * @return the detectors, causes before effects
   */
  public static List<Detector> create(Set<String> disabled, BaselineRun baseline) {
    List<Detector> all = new ArrayList<>(ofLearning(disabled));
    all.addAll(RepresentationDetectors.create());
    all.addAll(ConditionDetectors.create(baseline));
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
