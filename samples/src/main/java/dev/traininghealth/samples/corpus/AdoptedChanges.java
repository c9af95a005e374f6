package dev.traininghealth.samples.corpus;

import dev.traininghealth.intervene.Intervention;
import java.util.List;

/** Counts what was done to a training that outlasts the step. */
public final class AdoptedChanges {
  private AdoptedChanges() {}

  /** How many changes of the learning rate, rollbacks and stops were applied. */
  public static long count(List<Intervention> interventions) {
    return interventions.stream()
        .filter(i -> i.applied() && outlastsTheStep(i.kind()))
        .mapToLong(Intervention::times)
        .sum();
  }

  private static boolean outlastsTheStep(Intervention.Kind kind) {
    return switch (kind) {
      case LOWER_LEARNING_RATE, RAISE_LEARNING_RATE, ROLLBACK, STOP -> true;
      case SKIP, CLIP, TRIAL -> false;
    };
  }
}
