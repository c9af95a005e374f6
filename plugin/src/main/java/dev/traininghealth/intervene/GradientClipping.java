package dev.traininghealth.intervene;

import java.io.Serializable;

/**
 * A rule by which gradients are made smaller before the updater sees them. Implement it for a rule
 * of your own; {@code ClippedGradient} offers what the usual ones need. A rule serves one run and
 * may keep state; to be serialisable, for the listener is.
 */
public interface GradientClipping extends Serializable {
  /**
   * Names the rule, for log and page.
   *
   * @return e.g. {@code AGC}
   */
  String name();

  /**
   * Looks at the gradient of one iteration, and scales it where it is too large. Called by the
   * thread that trains at every iteration whose gradient and score are finite, when the gradient is
   * complete and the updater has not run. What is scaled down at an iteration is told as one
   * intervention; to leave the gradient alone is to call none of the methods that scale.
   *
   * @param gradient the gradient, valid during this call alone
   */
  void clip(ClippedGradient gradient);
}
