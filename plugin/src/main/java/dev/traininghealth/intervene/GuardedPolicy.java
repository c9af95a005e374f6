package dev.traininghealth.intervene;

import dev.traininghealth.guard.Guard;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The policy of one run, which may be the user's; one that fails is not asked again. */
final class GuardedPolicy {
  private static final Logger log = LoggerFactory.getLogger(GuardedPolicy.class);

  private static final AfterUpdate.Visitor<Boolean> IS_TRIAL =
      new AfterUpdate.Visitor<>() {
        @Override
        public Boolean visitProceed(AfterUpdate.Proceed proceed) {
          return false;
        }

        @Override
        public Boolean visitTry(AfterUpdate.Try change) {
          return true;
        }

        @Override
        public Boolean visitTryRaise(AfterUpdate.TryRaise raise) {
          return true;
        }

        @Override
        public Boolean visitLowerLearningRate(AfterUpdate.LowerLearningRate lower) {
          return false;
        }

        @Override
        public Boolean visitRaiseLearningRate(AfterUpdate.RaiseLearningRate raise) {
          return false;
        }

        @Override
        public Boolean visitRollBack(AfterUpdate.RollBack back) {
          return false;
        }

        @Override
        public Boolean visitStop(AfterUpdate.Stop stop) {
          return false;
        }
      };

  private final Guard guard;
  private @Nullable InterventionPolicy policy;
  private boolean warned;

  GuardedPolicy(InterventionPolicy policy, boolean dryRun) {
    this.policy = policy;
    guard =
        Guard.switchingOff(
            "The intervention policy " + policy.getClass().getName(),
            (dryRun ? "no intervention is recorded any more" : "the run is not protected any more")
                + ", only observed");
  }

  /** {@return whether the policy has failed} */
  boolean isOff() {
    return guard.isOff();
  }

  private void failed(Throwable cause) {
    policy = null;
    guard.failed(cause);
  }

  /** {@return whether it asks for trials} */
  boolean tries() {
    InterventionPolicy asked = policy;
    if (asked != null) {
      try {
        return asked.tries();
      } catch (Throwable e) {
        failed(e);
      }
    }
    return false;
  }

  BeforeUpdate beforeUpdate(Situation situation) {
    InterventionPolicy asked = policy;
    if (asked != null) {
      try {
        return Objects.requireNonNull(asked.beforeUpdate(situation), "what beforeUpdate returned");
      } catch (Throwable e) {
        failed(e);
      }
    }
    return BeforeUpdate.PROCEED;
  }

  AfterUpdate afterUpdate(Situation situation) {
    InterventionPolicy asked = policy;
    if (asked != null) {
      try {
        AfterUpdate wish =
            Objects.requireNonNull(asked.afterUpdate(situation), "what afterUpdate returned");
        if (wish.accept(IS_TRIAL) && !asked.tries() && !warned) {
          warned = true;
          log.warn(
              "The intervention policy {} asks for a trial, but its tries() is false, so that no"
                  + " minibatches are kept to try anything with: let it return true.",
              asked.getClass().getName());
        }
        return wish;
      } catch (Throwable e) {
        failed(e);
      }
    }
    return AfterUpdate.PROCEED;
  }
}
