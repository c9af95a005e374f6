package dev.traininghealth.intervene;

import dev.traininghealth.guard.Guard;
import dev.traininghealth.intervene.clip.ClippableGradient;
import dev.traininghealth.intervene.clip.GradientClipping;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The clipping rule of one run, which may be the user's; one that fails is not asked again. */
final class GuardedClipping {
  private final Guard guard;
  private String name;
  private @Nullable GradientClipping rule;

  /**
   * Takes a copy of a rule.
   *
   * @param configured the rule, shared with other runs
   */
  GuardedClipping(GradientClipping configured) {
    name = configured.getClass().getSimpleName();
    guard =
        Guard.switchingOff(
            "The clipping rule " + configured.getClass().getName(),
            "no gradient is clipped any more; steps are skipped and the network is rolled back as"
                + " before");
    try {
      use(ClippingCopy.of(configured));
    } catch (Throwable e) {
      failed(e);
    }
  }

  private void use(GradientClipping copy) {
    name = Objects.requireNonNull(copy.name(), "the rule's name");
    rule = copy;
  }

  private void failed(Throwable cause) {
    rule = null;
    guard.failed(cause);
  }

  /** Clips, or leaves the gradient as it is if the rule has failed. */
  void clip(ClippableGradient gradient) {
    GradientClipping asked = rule;
    if (asked == null) {
      return;
    }
    try {
      asked.clip(gradient);
    } catch (Throwable e) {
      failed(e);
    }
  }

  /** {@return the rule's name, also once it has failed} */
  String name() {
    return name;
  }

  /** {@return whether the rule clips healthy gradients too; true once it has failed} */
  boolean clipsHealthyGradients() {
    GradientClipping asked = rule;
    if (asked == null) {
      return true;
    }
    try {
      return asked.clipsHealthyGradients();
    } catch (Throwable e) {
      failed(e);
      return true;
    }
  }

  /** {@return the rule that is asked, whose state may be saved; null once it has failed} */
  @Nullable GradientClipping asked() {
    return rule;
  }
}
