package dev.traininghealth.detect.builtin.representation;

import dev.traininghealth.detect.Detector;
import java.util.List;

/**
 * Creates the detectors of whether the network tells its examples apart.
 *
 * @hidden
 */
public final class RepresentationDetectors {
  private RepresentationDetectors() {}

  /** {@return one detector of each kind, in its initial state, causes before effects} */
  public static List<Detector> create() {
    return List.of(new CollapsedActivationsDetector(), new ConstantOutputDetector());
  }
}
