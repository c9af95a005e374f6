package dev.traininghealth.intervene;

import dev.traininghealth.detect.TriedRates;
import dev.traininghealth.trial.Trial;
import dev.traininghealth.trial.TrialBranch;
import java.util.List;

/** Converts the branches of a trial to the tried learning rates of diagnoses. */
final class TriedRatesConversion {
  private TriedRatesConversion() {}

  /**
   * Converts a trial.
   *
   * @param present factor on the configured learning rates when it ran
   */
  static TriedRates of(Trial trial, double present) {
    List<TrialBranch> rateBranches =
        trial.branches().stream().filter(b -> b.leftOut() == 0).toList();
    int winner = trial.isAdopted() ? rateBranches.indexOf(trial.adopted()) : -1;
    return new TriedRates(
        trial.iteration(),
        trial.scoreBefore(),
        rateBranches.stream().map(branch -> way(branch, present)).toList(),
        winner > 0 ? winner : -1);
  }

  private static TriedRates.Way way(TrialBranch branch, double present) {
    TriedRates.From from =
        switch (branch.start()) {
          case PRESENT -> TriedRates.From.PRESENT;
          case SNAPSHOT -> TriedRates.From.EARLIER;
          case BEGINNING -> TriedRates.From.BEGINNING;
        };
    return new TriedRates.Way(from, branch.factor() * present, branch.steps(), branch.score());
  }
}
