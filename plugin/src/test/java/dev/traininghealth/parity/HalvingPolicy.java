package dev.traininghealth.parity;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.intervene.AfterUpdate;
import dev.traininghealth.intervene.BeforeUpdate;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.intervene.InterventionPolicy;
import dev.traininghealth.intervene.Situation;
import java.io.Serial;

/** Halves the learning rates once, at the first diagnosis of an explosion. */
final class HalvingPolicy implements InterventionPolicy {
  @Serial private static final long serialVersionUID = 1L;

  @Override
  public BeforeUpdate beforeUpdate(Situation situation) {
    return BeforeUpdate.PROCEED;
  }

  @Override
  public AfterUpdate afterUpdate(Situation situation) {
    Diagnosis d = situation.worstActive(ProblemFamily.EXPLODING);
    return d != null && situation.iterationsSince(Kind.LOWER_LEARNING_RATE) == Long.MAX_VALUE
        ? new AfterUpdate.LowerLearningRate(d, 0.5)
        : AfterUpdate.PROCEED;
  }
}
