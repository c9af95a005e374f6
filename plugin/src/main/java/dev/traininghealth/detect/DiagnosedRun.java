package dev.traininghealth.detect;

import dev.traininghealth.numbers.SavedNumbers;

/**
 * What protection needs of the diagnosing side: what is active, the statistics that belong to a
 * snapshot, and a place for what trials came to.
 *
 * @hidden
 */
public interface DiagnosedRun extends CurrentDiagnoses {
  /**
   * Copies what was learned about the run, between two iterations.
   *
   * @return numbers for {@link #restore}
   */
  SavedNumbers statistics();

  /**
   * Goes on, between two iterations, from statistics of an earlier moment.
   *
   * @param statistics what {@link #statistics} gave
   * @throws IllegalArgumentException if they are of another network, or no statistics; nothing has
   *     been changed then
   */
  void restore(SavedNumbers statistics);

  /**
   * Takes what came of trying learning rates against a diagnosis: the remedies of all active
   * diagnoses of its family say so from here on, and are reported again.
   *
   * @param diagnosis what was tried against
   * @param rates what was tried, right when an iteration was done
   * @return the same diagnosis as it is now
   */
  Diagnosis tried(Diagnosis diagnosis, TriedRates rates);
}
