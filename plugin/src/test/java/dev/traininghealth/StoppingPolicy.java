package dev.traininghealth;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.intervene.AfterUpdate;
import dev.traininghealth.intervene.BeforeUpdate;
import dev.traininghealth.intervene.InterventionPolicy;
import dev.traininghealth.intervene.Situation;
import dev.traininghealth.intervene.TrialPolicy;
import java.io.Serial;
import java.io.Serializable;
import java.util.function.Predicate;

/** The default policy, which also stops on a condition. */
public final class StoppingPolicy implements InterventionPolicy {
  @Serial private static final long serialVersionUID = 1L;

  private final When when;
  private final String reason;
  private final TrialPolicy otherwise = new TrialPolicy();

  /** Decides whether to stop. */
  interface When extends Predicate<Situation>, Serializable {}

  public StoppingPolicy(String reason, When when) {
    this.reason = reason;
    this.when = when;
  }

  public static StoppingPolicy afterSkips(int skips) {
    return new StoppingPolicy(
        skips + " steps in a row had to be skipped", s -> s.consecutiveSkips() >= skips);
  }

  @Override
  public BeforeUpdate beforeUpdate(Situation s) {
    return otherwise.beforeUpdate(s);
  }

  @Override
  public AfterUpdate afterUpdate(Situation s) {
    Diagnosis broken = s.worstActive(ProblemFamily.NON_FINITE);
    Diagnosis d = broken == null ? s.worstActive(ProblemFamily.EXPLODING) : broken;
    return d != null && when.test(s) ? new AfterUpdate.Stop(d, reason) : otherwise.afterUpdate(s);
  }
}
