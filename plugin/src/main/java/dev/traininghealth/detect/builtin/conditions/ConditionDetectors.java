package dev.traininghealth.detect.builtin.conditions;

import dev.traininghealth.detect.BaselineRun;
import dev.traininghealth.detect.Detector;
import java.util.List;

/**
 * Creates the detectors of how a run is carried out.
 *
 * @hidden
 */
public final class ConditionDetectors {
  private ConditionDetectors() {}

  /**
   * {@return one detector of each kind, in its initial state}
   *
   * @param baseline how the run compares with a recorded one
   */
  public static List<Detector> create(BaselineRun baseline) {
    return List.of(
        new ScheduleDetector(),
        new MinibatchSizeDetector(),
        new SlowIterationsDetector(),
        new GrowingMemoryDetector(),
        new DepartureDetector(baseline));
  }
}
