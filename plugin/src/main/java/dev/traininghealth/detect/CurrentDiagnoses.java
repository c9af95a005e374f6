package dev.traininghealth.detect;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The diagnoses at the current moment of a run, and its history. */
public interface CurrentDiagnoses {
  /**
   * Lists the active diagnoses that were reported at the latest of the two moments, causes first.
   *
   * @return a view that is valid until the next moment; usually empty
   */
  List<Diagnosis> reported();

  /**
   * Returns the worst active diagnosis of a family of problems.
   *
   * <p>Among equally severe ones, the whole network precedes a layer, and an older diagnosis
   * precedes a newer one.
   *
   * @param family the family to look for
   * @return the diagnosis, or null if none of that family is active
   */
  @Nullable Diagnosis worstActive(ProblemFamily family);

  /** {@return the run's history up to now, read-only} */
  History history();
}
