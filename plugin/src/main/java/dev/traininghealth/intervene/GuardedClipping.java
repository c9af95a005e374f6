package dev.traininghealth.intervene;

import dev.traininghealth.guard.Guard;
import dev.traininghealth.intervene.clip.ClippableGradient;
import dev.traininghealth.intervene.clip.GradientClipping;
import dev.traininghealth.intervene.clip.StatelessClipping;
import java.util.Objects;
import org.apache.commons.lang3.SerializationException;
import org.apache.commons.lang3.SerializationUtils;
import org.jspecify.annotations.Nullable;

/**
 * A clipping rule of one run, copied from the settings, which several runs share.
 *
 * <p>The rule may be the user's. If it fails, it is not called again.
 */
final class GuardedClipping {
  private final Guard guard;
  private String name;
  private @Nullable GradientClipping rule;

  /**
   * Copies a rule.
   *
   * @param configured the rule in the settings
   */
  GuardedClipping(GradientClipping configured) {
    name = configured.getClass().getSimpleName();
    guard =
        Guard.switchingOff(
            "The clipping rule " + configured.getClass().getName(),
            "gradients are no longer clipped; steps are skipped and the network is rolled back as"
                + " before");
    try {
      use(copy(configured));
    } catch (Throwable e) {
      failed(e);
    }
  }

  /**
   * Copies a rule by serializing it, because rules keep state; one without state is shared.
   *
   * @throws IllegalArgumentException if it cannot be serialized
   */
  static GradientClipping copy(GradientClipping rule) {
    if (rule instanceof StatelessClipping) {
      return rule;
    }
    try {
      return SerializationUtils.clone(rule);
    } catch (SerializationException e) {
      throw new IllegalArgumentException(
          "The clipping rule "
              + rule.name()
              + " must be serializable, because each run has its own copy",
          e);
    }
  }

  private void use(GradientClipping copied) {
    name = Objects.requireNonNull(copied.name(), "the rule's name");
    rule = copied;
  }

  private void failed(Throwable cause) {
    rule = null;
    guard.failed(cause);
  }

  /** Clips, or leaves the gradient as it is if the rule has failed. */
  void clip(ClippableGradient gradient) {
    GradientClipping active = rule;
    if (active == null) {
      return;
    }
    try {
      active.clip(gradient);
    } catch (Throwable e) {
      failed(e);
    }
  }

  /** {@return the rule's name, also after it has failed} */
  String name() {
    return name;
  }

  /** {@return whether the rule clips healthy gradients too; true after it has failed} */
  boolean clipsHealthyGradients() {
    GradientClipping active = rule;
    if (active == null) {
      return true;
    }
    try {
      return active.clipsHealthyGradients();
    } catch (Throwable e) {
      failed(e);
      return true;
    }
  }

  /** {@return the rule, whose state may be saved; null after it has failed} */
  @Nullable GradientClipping active() {
    return rule;
  }
}
