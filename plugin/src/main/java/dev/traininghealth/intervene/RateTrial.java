package dev.traininghealth.intervene;

import dev.traininghealth.detect.TriedRates;
import dev.traininghealth.trial.Trial;
import dev.traininghealth.trial.TrialBranch;
import java.util.List;

/** What a trial tells of learning rates, as diagnoses take it: in the user's own. */
final class RateTrial {
  private RateTrial() {}

  /**
   * @param present what the user's rates were multiplied by when it was tried
   */
  static TriedRates of(Trial trial, double present) {
    List<TrialBranch> ofRates = trial.branches().stream().filter(b -> b.leftOut() == 0).toList();
    int winner = trial.isAdopted() ? ofRates.indexOf(trial.adopted()) : -1;
    return new TriedRates(
        trial.iteration(),
        trial.scoreBefore(),
        ofRates.stream().map(branch -> way(branch, present)).toList(),
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
