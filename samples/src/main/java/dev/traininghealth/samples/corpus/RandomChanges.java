package dev.traininghealth.samples.corpus;

import dev.traininghealth.intervene.AfterUpdate;
import dev.traininghealth.intervene.BeforeUpdate;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.intervene.InterventionPolicy;
import dev.traininghealth.intervene.Situation;
import dev.traininghealth.intervene.TrialPolicy;
import java.io.Serial;
import java.util.SplittableRandom;

/**
 * Makes a random change whenever the default policy would request a trial, to measure the benefit
 * of trials. The changes are as large and as frequent as adopted branches.
 */
final class RandomChanges implements InterventionPolicy {
  @Serial private static final long serialVersionUID = 1L;

  /** Minimum of iterations between two changes, as after an adopted branch. */
  private static final int BETWEEN = 100;

  private static final double[] FACTORS = {0.5, 0.1, 0.01};

  private final TrialPolicy policy = new TrialPolicy();

  @Override
  public BeforeUpdate beforeUpdate(Situation situation) {
    return policy.beforeUpdate(situation);
  }

  @Override
  public AfterUpdate afterUpdate(Situation s) {
    boolean mayChange =
        s.iterationsSince(Kind.LOWER_LEARNING_RATE) >= BETWEEN
            && s.iterationsSince(Kind.ROLLBACK) >= BETWEEN;
    if (!mayChange || !(policy.afterUpdate(s) instanceof AfterUpdate.Try trial)) {
      return AfterUpdate.PROCEED;
    }
    SplittableRandom random = new SplittableRandom(s.history().current().iteration());
    double factor = FACTORS[random.nextInt(FACTORS.length)];
    return switch (random.nextInt(3)) {
      case 0 -> new AfterUpdate.LowerLearningRate(trial.diagnosis(), factor);
      case 1 -> new AfterUpdate.RollBack(trial.diagnosis(), factor, false);
      default -> new AfterUpdate.RollBack(trial.diagnosis(), factor, true);
    };
  }
}
