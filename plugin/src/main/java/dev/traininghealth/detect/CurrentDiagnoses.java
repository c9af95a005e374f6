package dev.traininghealth.detect;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was found at the latest moment, what is active, and the run up to now. */
public interface CurrentDiagnoses {
  /**
   * Lists what was found at the latest of both moments, causes first: what is active and was seen
   * just now.
   *
   * @return a view that is valid until the next moment; empty as a rule
   */
  List<Diagnosis> reported();

  /**
   * Gives the worst active diagnosis of a family of problems. Of several that are equally severe
   * the whole network comes before a layer, then the one that has been active longest.
   *
   * @param family what to look for
   * @return the diagnosis, or null if none of that family is active
   */
  @Nullable Diagnosis worstActive(ProblemFamily family);

  /**
   * Gives the run up to now.
   *
   * @return numbers, to be read only
   */
  History history();
}
