package dev.traininghealth.intervene;

import dev.traininghealth.guard.Guard;
import dev.traininghealth.intervene.clip.GradientClipping;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The state of protection that a resumed training needs.
 *
 * @param learningRateFactor factor on the configured learning rates, above 0 and at most 1
 * @param maxLearningRateFactor maximum to which it may be raised, above 0 and at most 1
 * @param clipping state of the clipping rule, under its name; empty if it has none
 * @param decisions what later decisions depend on: times of interventions and trials, and counts;
 *     empty if it was not saved
 * @hidden
 */
public record ProtectionState(
    double learningRateFactor,
    double maxLearningRateFactor,
    SavedNumbers clipping,
    SavedNumbers decisions) {
  /** Checks the values. */
  public ProtectionState {
    Objects.requireNonNull(clipping, "clipping");
    Objects.requireNonNull(decisions, "decisions");
    if (!(learningRateFactor > 0
        && learningRateFactor <= 1
        && maxLearningRateFactor > 0
        && maxLearningRateFactor <= 1)) {
      throw new IllegalArgumentException(
          "learningRateFactor and maxLearningRateFactor must be above 0 and at most 1, were "
              + learningRateFactor
              + " and "
              + maxLearningRateFactor);
    }
  }

  static ProtectionState of(
      double learningRateFactor,
      double maxLearningRateFactor,
      @Nullable GradientClipping rule,
      SavedNumbers decisions) {
    SavedNumbers clipping = new SavedNumbers();
    if (rule instanceof Restorable restorable) {
      try {
        SavedNumbers state = new SavedNumbers();
        restorable.save(state);
        clipping.put(rule.name(), state);
      } catch (Throwable e) {
        Guard.retrying(
                "Saving the state of the clipping rule " + rule.getClass().getName(),
                "it is missing from the saved state")
            .failed(e);
      }
    }
    return new ProtectionState(learningRateFactor, maxLearningRateFactor, clipping, decisions);
  }

  /** {@return the same state for another network, whose learning rates are the configured ones} */
  public ProtectionState withoutLearningRateFactor() {
    return new ProtectionState(1, maxLearningRateFactor, clipping, decisions);
  }

  /** Restores the state of a rule from that of a rule of the same name. */
  void restoreTo(@Nullable GradientClipping rule) {
    if (!(rule instanceof Restorable restorable)) {
      return;
    }
    SavedNumbers before = new SavedNumbers();
    try {
      if (clipping.has(rule.name())) {
        restorable.save(before);
        restorable.restore(clipping.getSection(rule.name()));
      }
    } catch (Throwable e) {
      Guard guard =
          Guard.retrying(
              "Restoring the state of the clipping rule " + rule.getClass().getName(),
              "it starts without state");
      guard.failed(e);
      revert(restorable, before, guard);
    }
  }

  private static void revert(Restorable rule, SavedNumbers before, Guard guard) {
    try {
      rule.restore(before);
    } catch (Throwable e) {
      guard.failed(e);
    }
  }

  /**
   * Reads the result of {@link #toNumbers}.
   *
   * @param numbers from a file
   * @return the state
   * @throws IllegalArgumentException if a value is missing or out of range
   */
  public static ProtectionState of(SavedNumbers numbers) {
    return new ProtectionState(
        numbers.getDouble("learningRateFactor"),
        numbers.getDouble("maxLearningRateFactor"),
        numbers.getSection("clipping"),
        numbers.has("decisions") ? numbers.getSection("decisions") : new SavedNumbers());
  }

  /** {@return the state as numbers for a file, which {@link #of(SavedNumbers)} reads} */
  public SavedNumbers toNumbers() {
    return new SavedNumbers()
        .put("learningRateFactor", learningRateFactor)
        .put("maxLearningRateFactor", maxLearningRateFactor)
        .put("clipping", clipping)
        .put("decisions", decisions);
  }
}
