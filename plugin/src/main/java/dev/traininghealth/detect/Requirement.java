package dev.traininghealth.detect;

import dev.traininghealth.text.Message;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a detector has to see of a run before its silence means anything.
 *
 * @param evidence the measurements that it reads; it has looked where all of them are
 * @param measurements number of measurements of each kind that it needs to find a fault of the size
 *     that it is for, at least 1
 * @param notApplicable why it cannot find anything in this network or run; null if it can
 */
public record Requirement(
    List<Evidence> evidence, long measurements, @Nullable Message notApplicable) {
  /** Copies the list. */
  public Requirement {
    evidence = List.copyOf(evidence);
    if (evidence.isEmpty() && notApplicable == null) {
      throw new IllegalArgumentException("evidence must not be empty: a detector reads something");
    }
    if (measurements < 1) {
      throw new IllegalArgumentException("measurements must be at least 1, was " + measurements);
    }
  }

  /**
   * {@return the requirement of a detector to which one measurement of each kind says something}
   *
   * @param evidence the measurements that it reads, at least one
   */
  public static Requirement of(Evidence... evidence) {
    return new Requirement(List.of(evidence), 1, null);
  }

  /**
   * {@return the requirement of a detector that cannot find anything here}
   *
   * @param reason why not, e.g. that no layer has what it looks at
   */
  public static Requirement notApplicable(Message reason) {
    return new Requirement(List.of(), 1, Objects.requireNonNull(reason, "reason"));
  }

  /**
   * {@return the same requirement with so many measurements of each kind}
   *
   * @param count at least 1
   */
  public Requirement atLeast(long count) {
    return new Requirement(evidence, count, notApplicable);
  }
}
