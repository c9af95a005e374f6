package dev.traininghealth.detect;

/**
 * Problems with the same causes, effects and protection.
 *
 * <p>They are ordered from causes to effects: a family may cause those after it.
 */
public enum ProblemFamily {
  /** Features, labels, loss or output activation that do not fit each other. */
  DATA("data", false),
  /** Numbers that rise beyond the run's usual range, before they do harm. */
  DRIFTING("drifting", false),
  /** Gradients, weights, updates or a score that grow far too large. */
  EXPLODING("exploding", true),
  /** NaN or Infinity in data, activations, score, gradients or weights. */
  NON_FINITE("non_finite", true),
  /** Rectified units that are zero for every example. */
  DEAD_UNITS("dead_relu", false),
  /** Units at the limits of their function, with a slope near 0. */
  SATURATED("saturated", false),
  /** A gradient that becomes ever smaller towards the first layers, or weights that become zero. */
  VANISHING("vanishing", false),
  /** A score that swings instead of falling. */
  OSCILLATING("oscillating", true),
  /** Protection that acts so often that it hides a problem. */
  OVERUSED_PROTECTION("overused_protection", false),
  /** No change of the network, or changes without a gain. */
  NOT_LEARNING("not_learning", false),
  /** No more progress after real progress. */
  PLATEAU("plateau", false),
  /** Training examples that are memorized. */
  OVERFITTING("overfitting", false),
  /** Problems that belong to no other family, also of users' detectors. */
  OTHER("other", false);

  private final String label;
  private final boolean unsettling;

  ProblemFamily(String label, boolean unsettling) {
    this.label = label;
    this.unsettling = unsettling;
  }

  /**
   * {@return the name in files and tables, lower-case words with underscores, e.g. {@code
   * dead_relu}}
   */
  public String label() {
    return label;
  }

  /**
   * Whether a score that is not finite explains such a problem: a unit that gets NaN returns 0 or
   * NaN, and no score falls.
   *
   * @return true for the effects of {@link #NON_FINITE} on the network
   */
  public boolean isEffectOfNonFiniteScore() {
    return switch (this) {
      case DEAD_UNITS, SATURATED, VANISHING, OSCILLATING, NOT_LEARNING, PLATEAU, OVERFITTING ->
          true;
      case DATA, DRIFTING, EXPLODING, NON_FINITE, OVERUSED_PROTECTION, OTHER -> false;
    };
  }

  /**
   * Whether such a problem is an early sign of others. It is then named as their cause although it
   * is milder, and causes nothing else.
   *
   * @return true for {@link #DRIFTING}, whose harm, if there is any, is {@link #EXPLODING} or
   *     {@link #NON_FINITE}
   */
  public boolean isEarlySign() {
    return this == DRIFTING;
  }

  /**
   * Whether the weights during such a problem may be worse than before it.
   *
   * <p>While it is active, no snapshot is taken and none is confirmed.
   *
   * @return false for problems that prevent learning but do not destroy what was learned
   */
  public boolean isUnsettling() {
    return unsettling;
  }
}
