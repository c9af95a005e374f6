package dev.traininghealth.intervene;

import dev.traininghealth.guard.Guard;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The policy of one run, which may be the user's. If it fails, it is not called again. */
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

  /** {@return whether the policy requests trials} */
  boolean usesTrials() {
    InterventionPolicy active = policy;
    if (active != null) {
      try {
        return active.usesTrials();
      } catch (Throwable e) {
        failed(e);
      }
    }
    return false;
  }

  BeforeUpdate beforeUpdate(Situation situation) {
    InterventionPolicy active = policy;
    if (active != null) {
      try {
        return Objects.requireNonNull(active.beforeUpdate(situation), "what beforeUpdate returned");
      } catch (Throwable e) {
        failed(e);
      }
    }
    return BeforeUpdate.PROCEED;
  }

  AfterUpdate afterUpdate(Situation situation) {
    InterventionPolicy active = policy;
    if (active != null) {
      try {
        AfterUpdate request =
            Objects.requireNonNull(active.afterUpdate(situation), "what afterUpdate returned");
        if (request != AfterUpdate.PROCEED // nearly always
            && !warned
            && request.accept(IS_TRIAL)
            && !active.usesTrials()) {
          warned = true;
          log.warn(
              "The intervention policy {} requests a trial, but its usesTrials() is false, so that no"
                  + " minibatches are kept for trials. Return true from usesTrials().",
              active.getClass().getName());
        }
        return request;
      } catch (Throwable e) {
        failed(e);
      }
    }
    return AfterUpdate.PROCEED;
  }
}
