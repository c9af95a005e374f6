package dev.traininghealth.detect.diagnose;

import dev.traininghealth.detect.BaselineRun;
import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.DetectorFactory;
import dev.traininghealth.detect.builtin.BuiltInDetectors;
import dev.traininghealth.guard.Guard;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Creates the detectors of a run: the plugin's own, then the user's.
 *
 * @hidden
 */
public final class Detectors {
  private Detectors() {}

  /**
   * Creates the detectors of a run and checks the settings.
   *
   * <p>A problem with its own detector, such as {@code dead-relu} or {@code not-learning}, is not
   * reported by another of the plugin's detectors if its own is disabled.
   *
   * @param disabled names of disabled detectors
   * @param userDetectors factories of the user's detectors
   * @return the plugin's detectors, then the user's
   * @throws IllegalArgumentException if no detector has a disabled name, or a factory creates none
   */
  public static List<Detector> of(Set<String> disabled, List<DetectorFactory> userDetectors) {
    List<Detector> all = new ArrayList<>(BuiltInDetectors.create(disabled));
    List<Detector> users = new ArrayList<>();
    for (DetectorFactory factory : userDetectors) {
      users.add(checked(factory.create()));
    }
    all.addAll(users);
    List<String> names = all.stream().map(Detector::name).toList();
    for (String name : disabled) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException(
            "No detector is named \"" + name + "\"; the detectors are " + names);
      }
    }
    UnsavedState.warnOf(users);
    all.removeIf(d -> disabled.contains(d.name()));
    return all;
  }

  /**
   * Creates the detectors of a run whose settings {@link #of} has checked before.
   *
   * <p>If a user's factory fails now, or its detector cannot return its name, a warning is logged
   * and the detector is left out.
   *
   * @param disabled names of disabled detectors
   * @param userDetectors factories of the user's detectors
   * @param baseline how the run compares with a recorded one; null for none
   * @return the plugin's detectors, then the user's
   */
  public static List<Detector> forRun(
      Set<String> disabled, List<DetectorFactory> userDetectors, @Nullable BaselineRun baseline) {
    List<Detector> all =
        new ArrayList<>(
            baseline == null
                ? BuiltInDetectors.create(disabled)
                : BuiltInDetectors.create(disabled, baseline));
    all.removeIf(d -> disabled.contains(d.name()));
    for (DetectorFactory factory : userDetectors) {
      Detector detector = made(factory, disabled);
      if (detector != null) {
        all.add(detector);
      }
    }
    return all;
  }

  /** {@return the factory's detector, or null if it cannot be created or is disabled} */
  private static @Nullable Detector made(DetectorFactory factory, Set<String> disabled) {
    Detector detector = null;
    try {
      detector = factory.create();
      return disabled.contains(checked(detector).name()) ? null : detector;
    } catch (Throwable e) {
      String what =
          detector == null
              ? "The detector factory " + factory.getClass().getName()
              : "The name of detector " + detector.getClass().getName();
      Guard.switchingOff(what, "this run lacks the detector, and what it looks for is not found")
          .failed(e);
      return null;
    }
  }

  private static Detector checked(@Nullable Detector detector) {
    if (detector == null || detector.name() == null) {
      throw new IllegalArgumentException(
          "A detector's factory must create a detector with a name, was " + detector);
    }
    return detector;
  }
}
