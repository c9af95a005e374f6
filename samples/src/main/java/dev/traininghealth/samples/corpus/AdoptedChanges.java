package dev.traininghealth.samples.corpus;

import dev.traininghealth.intervene.Intervention;
import java.util.List;
import java.util.Set;

/** Counts interventions with an effect beyond one step. */
public final class AdoptedChanges {
  private static final Set<Intervention.Kind> OF_ONE_STEP =
      Set.of(Intervention.Kind.SKIP, Intervention.Kind.CLIP, Intervention.Kind.TRIAL);

  private AdoptedChanges() {}

  /** Number of applied interventions without skipped steps, clipping and trials. */
  public static long count(List<Intervention> interventions) {
    return interventions.stream()
        .filter(i -> i.applied() && !OF_ONE_STEP.contains(i.kind()))
        .mapToLong(Intervention::times)
        .sum();
  }
}
