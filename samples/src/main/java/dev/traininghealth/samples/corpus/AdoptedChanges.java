package dev.traininghealth.samples.corpus;

import dev.traininghealth.intervene.Intervention;
import java.util.List;

/** Counts interventions with an effect beyond one step. */
public final class AdoptedChanges {
  private AdoptedChanges() {}

  /** Number of applied changes of the learning rate, rollbacks and stops. */
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
