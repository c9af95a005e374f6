package dev.traininghealth.intervene;

import dev.traininghealth.guard.Guard;
import dev.traininghealth.intervene.clip.GradientClipping;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What protecting has come to in a run.
 *
 * @param learningRateFactor what the user's learning rates are multiplied by, above 0 and at most 1
 * @param maxLearningRateFactor up to where it may be raised, above 0 and at most 1
 * @param clipping what the clipping rule remembers, under its name; empty where it remembers
 *     nothing
 * @hidden
 */
public record ProtectionState(
    double learningRateFactor, double maxLearningRateFactor, SavedNumbers clipping) {
  /** Checks the values. */
  public ProtectionState {
    Objects.requireNonNull(clipping, "clipping");
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
      double learningRateFactor, double maxLearningRateFactor, @Nullable GradientClipping rule) {
    SavedNumbers clipping = new SavedNumbers();
    if (rule instanceof Restorable restorable) {
      try {
        SavedNumbers state = new SavedNumbers();
        restorable.save(state);
        clipping.put(rule.name(), state);
      } catch (Throwable e) {
        Guard.retrying(
                "Saving the state of the clipping rule " + rule.getClass().getName(),
                "the saved state goes without it")
            .failed(e);
      }
    }
    return new ProtectionState(learningRateFactor, maxLearningRateFactor, clipping);
  }

  /** Gives a rule what one of the same name remembered. */
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
              "it begins anew");
      guard.failed(e);
      putBack(restorable, before, guard);
    }
  }

  private static void putBack(Restorable rule, SavedNumbers before, Guard guard) {
    try {
      rule.restore(before);
    } catch (Throwable e) {
      guard.failed(e);
    }
  }

  /**
   * Reads what {@link #toNumbers} made.
   *
   * @param numbers from a file
   * @return the state
   * @throws IllegalArgumentException if something is missing or out of range
   */
  public static ProtectionState of(SavedNumbers numbers) {
    return new ProtectionState(
        numbers.getDouble("learningRateFactor"),
        numbers.getDouble("maxLearningRateFactor"),
        numbers.getSection("clipping"));
  }

  /**
   * Gives the state as it is kept in a file.
   *
   * @return numbers for {@link #of(SavedNumbers)}
   */
  public SavedNumbers toNumbers() {
    return new SavedNumbers()
        .put("learningRateFactor", learningRateFactor)
        .put("maxLearningRateFactor", maxLearningRateFactor)
        .put("clipping", clipping);
  }
}
