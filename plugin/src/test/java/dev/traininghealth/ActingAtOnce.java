package dev.traininghealth;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.intervene.AfterUpdate;
import dev.traininghealth.intervene.BeforeUpdate;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.intervene.InterventionPolicy;
import dev.traininghealth.intervene.Situation;
import dev.traininghealth.intervene.TrialPolicy;
import java.io.Serial;

/**
 * A user's policy without trials. It rolls an exploding network back with lower and lower learning
 * rates, and raises them again after a long time without alarms.
 */
public final class ActingAtOnce implements InterventionPolicy {
  @Serial private static final long serialVersionUID = 1L;

  private static final double RAISE = 1.5;

  @Override
  public BeforeUpdate beforeUpdate(Situation s) {
    return new TrialPolicy().beforeUpdate(s);
  }

  @Override
  public AfterUpdate afterUpdate(Situation s) {
    for (Diagnosis d : s.reported()) {
      if (d.problem().is(ProblemFamily.EXPLODING)) {
        return new AfterUpdate.RollBack(d, Math.pow(0.5, s.consecutiveRollbacks() + 1), false);
      }
    }
    int healthy = s.settings().healthyIterationsBeforeRaise();
    boolean mayRaise =
        s.learningRateFactor() < s.maxLearningRateFactor()
            && s.iterationsSinceAlarm() >= healthy
            && s.iterationsSince(Kind.RAISE_LEARNING_RATE) >= healthy;
    return mayRaise
        ? new AfterUpdate.RaiseLearningRate(RAISE, "nothing was wrong")
        : AfterUpdate.PROCEED;
  }
}
