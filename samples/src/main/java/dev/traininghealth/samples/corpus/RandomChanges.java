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
 * Changes something at random wherever the default policy would have a trial: a control of what the
 * trials are worth. It may change as much, and as often, as an adopted branch does.
 */
final class RandomChanges implements InterventionPolicy {
  @Serial private static final long serialVersionUID = 1L;

  /** Iterations between two changes, as after a branch that was adopted. */
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
    if (!mayChange || !(policy.afterUpdate(s) instanceof AfterUpdate.Try wish)) {
      return AfterUpdate.PROCEED;
    }
    SplittableRandom random = new SplittableRandom(s.history().current().iteration());
    double factor = FACTORS[random.nextInt(FACTORS.length)];
    return switch (random.nextInt(3)) {
      case 0 -> new AfterUpdate.LowerLearningRate(wish.diagnosis(), factor);
      case 1 -> new AfterUpdate.RollBack(wish.diagnosis(), factor, false);
      default -> new AfterUpdate.RollBack(wish.diagnosis(), factor, true);
    };
  }
}
