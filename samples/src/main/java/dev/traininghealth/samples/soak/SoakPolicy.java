package dev.traininghealth.samples.soak;

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
 * The plugin's own policy, which also lowers the learning rates after every fourth broken minibatch
 * and raises them again, so that a healthy run has all kinds of interventions.
 */
final class SoakPolicy implements InterventionPolicy {
  @Serial private static final long serialVersionUID = 1L;

  private static final int LOWERING_INTERVAL = 4 * SoakData.NAN_INTERVAL;
  private static final double FACTOR = 0.5;
  private static final int LOWERED_ITERATIONS = 200;

  private final TrialPolicy usual = new TrialPolicy();

  @Override
  public BeforeUpdate beforeUpdate(Situation situation) {
    return usual.beforeUpdate(situation);
  }

  @Override
  public boolean usesTrials() {
    return true;
  }

  @Override
  public AfterUpdate afterUpdate(Situation s) {
    long iteration = s.history().current().iteration();
    if (s.consecutiveSkips() > 0 && iteration % LOWERING_INTERVAL < SoakData.NAN_INTERVAL) {
      Diagnosis d = s.worstActive(ProblemFamily.NON_FINITE);
      if (d != null && s.isNetworkFinite() && s.learningRateFactor() > FACTOR) {
        return new AfterUpdate.LowerLearningRate(d, FACTOR);
      }
    }
    if (s.learningRateFactor() < s.maxLearningRateFactor()
        && s.iterationsSince(Kind.LOWER_LEARNING_RATE) == LOWERED_ITERATIONS) {
      return new AfterUpdate.RaiseLearningRate(1 / FACTOR, "The lowered rates have served");
    }
    return usual.afterUpdate(s);
  }
}
