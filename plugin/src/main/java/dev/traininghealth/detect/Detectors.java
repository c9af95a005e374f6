package dev.traininghealth.detect;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The plugin's own detectors. */
public final class Detectors {
  private Detectors() {}

  /**
   * Makes the detectors of a run. What has a detector of its own name, such as {@code dead-relu} or
   * {@code not-learning}, is reported by no other of the plugin's where that one is switched off.
   *
   * @param without names of those that are switched off
   * @param own makers of the user's own
   * @return the plugin's, then the user's
   * @throws IllegalArgumentException if a name to be switched off is nobody's, or a maker makes
   *     none
   */
  public static List<Detector> of(Set<String> without, List<DetectorFactory> own) {
    List<Detector> all =
        new ArrayList<>(
            List.of(
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
                new CureDetector()));
    for (DetectorFactory factory : own) {
      Detector detector = factory.create();
      if (detector == null || detector.name() == null) {
        throw new IllegalArgumentException(
            "A detector's factory must create a detector with a name, was " + detector);
      }
      all.add(detector);
    }
    List<String> names = all.stream().map(Detector::name).toList();
    for (String name : without) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException(
            "No detector is named \"" + name + "\"; there are " + names);
      }
    }
    all.removeIf(d -> without.contains(d.name()));
    return all;
  }
}
