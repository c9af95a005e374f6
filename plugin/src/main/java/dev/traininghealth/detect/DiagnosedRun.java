package dev.traininghealth.detect;

import dev.traininghealth.numbers.SavedNumbers;

/**
 * What protection needs from diagnosis.
 *
 * <p>These are the active diagnoses, the statistics that belong to a snapshot, and a way to return
 * the results of trials.
 *
 * @hidden
 */
public interface DiagnosedRun extends CurrentDiagnoses {
  /**
   * Copies the statistics of the run, between two iterations.
   *
   * @return numbers for {@link #restore}
   */
  SavedNumbers statistics();

  /**
   * Continues, between two iterations, from statistics of an earlier moment.
   *
   * @param statistics the numbers that {@link #statistics} returned
   * @throws IllegalArgumentException if they are of another network or no statistics; nothing has
   *     changed then
   */
  void restore(SavedNumbers statistics);

  /**
   * Adds the result of trying learning rates to the remedies of all active diagnoses of a family.
   *
   * <p>Changed diagnoses are reported again.
   *
   * @param diagnosis the diagnosis that caused the trial
   * @param rates the result, immediately after an iteration
   * @return the same diagnosis with its current remedies
   */
  Diagnosis tried(Diagnosis diagnosis, TriedRates rates);
}
