package dev.traininghealth.intervene;

import dev.traininghealth.guard.Guard;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The policy of one run, which may be the user's; one that fails is not asked again. */
final class GuardedPolicy {
  private final Guard guard;
  private @Nullable InterventionPolicy policy;

  GuardedPolicy(InterventionPolicy policy, boolean rehearses) {
    this.policy = policy;
    guard =
        Guard.switchingOff(
            "The intervention policy " + policy.getClass().getName(),
            (rehearses
                    ? "no intervention is rehearsed any more"
                    : "the run is not protected any more")
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
        return Objects.requireNonNull(asked.afterUpdate(situation), "what afterUpdate returned");
      } catch (Throwable e) {
        failed(e);
      }
    }
    return AfterUpdate.PROCEED;
  }
}
