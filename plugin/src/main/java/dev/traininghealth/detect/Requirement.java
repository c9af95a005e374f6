package dev.traininghealth.detect;

import dev.traininghealth.text.Message;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a detector has to see of a run before its silence means anything.
 *
 * @param measurements number of measurements of each kind that it needs to find a fault of the size
 *     that it is for, at least 1 each; it has looked where all of these kinds were measured
 * @param notApplicable why it cannot find anything in this network or run; null if it can
 */
public record Requirement(Map<Evidence, Long> measurements, @Nullable Message notApplicable) {
  /** Copies the map and checks the numbers. */
  public Requirement {
    Map<Evidence, Long> copy = new EnumMap<>(Evidence.class);
    copy.putAll(measurements);
    measurements = Collections.unmodifiableMap(copy);
    if (measurements.isEmpty() && notApplicable == null) {
      throw new IllegalArgumentException("evidence must not be empty: a detector reads something");
    }
    measurements.forEach(
        (kind, count) -> {
          if (count < 1) {
            throw new IllegalArgumentException(
                "measurements of " + kind + " must be at least 1, was " + count);
          }
        });
  }

  /**
   * {@return the requirement of a detector to which one measurement of each kind says something}
   *
   * @param evidence the measurements that it reads, at least one
   */
  public static Requirement of(Evidence... evidence) {
    Map<Evidence, Long> once = new EnumMap<>(Evidence.class);
    for (Evidence kind : evidence) {
      once.put(kind, 1L);
    }
    return new Requirement(once, null);
  }

  /**
   * {@return the requirement of a detector that cannot find anything here}
   *
   * @param reason why not, e.g. that no layer has what it looks at
   */
  public static Requirement notApplicable(Message reason) {
    return new Requirement(Map.of(), Objects.requireNonNull(reason, "reason"));
  }

  /**
   * {@return the same requirement with so many measurements of each kind}
   *
   * @param count at least 1
   */
  public Requirement atLeast(long count) {
    Map<Evidence, Long> all = new EnumMap<>(Evidence.class);
    measurements.keySet().forEach(kind -> all.put(kind, count));
    return new Requirement(all, notApplicable);
  }

  /**
   * {@return the same requirement, and so many measurements of one kind}
   *
   * @param kind the kind of measurement
   * @param count at least 1
   */
  public Requirement and(Evidence kind, long count) {
    Map<Evidence, Long> all = new EnumMap<>(Evidence.class);
    all.putAll(measurements);
    all.put(kind, count);
    return new Requirement(all, notApplicable);
  }
}
