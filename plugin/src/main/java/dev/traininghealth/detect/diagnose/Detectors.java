package dev.traininghealth.detect.diagnose;

import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.DetectorFactory;
import dev.traininghealth.detect.builtin.BuiltInDetectors;
import dev.traininghealth.guard.Guard;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The detectors of a run: the plugin's own, then the user's.
 *
 * @hidden
 */
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
    List<Detector> all = new ArrayList<>(BuiltInDetectors.create(without));
    List<Detector> users = new ArrayList<>();
    for (DetectorFactory factory : own) {
      users.add(checked(factory.create()));
    }
    all.addAll(users);
    List<String> names = all.stream().map(Detector::name).toList();
    for (String name : without) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException(
            "No detector is named \"" + name + "\"; there are " + names);
      }
    }
    UnsavedState.warnOf(users);
    all.removeIf(d -> without.contains(d.name()));
    return all;
  }

  /**
   * Makes the detectors of a run whose settings were checked by {@link #of} before. A maker of the
   * user's that fails now, or whose detector does not know its name, is warned about, and that
   * detector is missing.
   *
   * @param without names of those that are switched off
   * @param own makers of the user's own
   * @return the plugin's, then the user's
   */
  public static List<Detector> forRun(Set<String> without, List<DetectorFactory> own) {
    List<Detector> all = new ArrayList<>(BuiltInDetectors.create(without));
    all.removeIf(d -> without.contains(d.name()));
    for (DetectorFactory factory : own) {
      Detector detector = made(factory, without);
      if (detector != null) {
        all.add(detector);
      }
    }
    return all;
  }

  /** Null where it cannot be made, or is switched off. */
  private static @Nullable Detector made(DetectorFactory factory, Set<String> without) {
    Detector detector = null;
    try {
      detector = factory.create();
      return without.contains(checked(detector).name()) ? null : detector;
    } catch (Throwable e) {
      String what =
          detector == null
              ? "The detector factory " + factory.getClass().getName()
              : "The name of detector " + detector.getClass().getName();
      Guard.switchingOff(what, "this run has no such detector, and what it looks for is not found")
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
