package dev.traininghealth.detect;

/**
 * Problems that have one nature: what protection answers, and what explains what, goes by family.
 * From causes to effects: each may explain those after it.
 */
public enum ProblemFamily {
  /** Features, labels, loss and output activation do not fit each other. */
  DATA("data", false),
  /** Gradients, weights, updates or the score grow out of all proportion. */
  EXPLODING("exploding", true),
  /** NaN or Infinity in data, activations, score, gradients or weights. */
  NON_FINITE("non_finite", true),
  /** Rectified units that are zero for every example. */
  DEAD_UNITS("dead_relu", false),
  /** Units that sit at the limits of their function, where it has no slope. */
  SATURATED("saturated", false),
  /** The gradient fades on its way to the first layers, or weights go to zero. */
  VANISHING("vanishing", false),
  /** The score swings instead of falling. */
  OSCILLATING("oscillating", true),
  /** Protection acts so often that it hides what is wrong. */
  OVERUSED_PROTECTION("overused_protection", false),
  /** Nothing changes, or what changes does not make the network any better. */
  NOT_LEARNING("not_learning", false),
  /** No more progress after real progress. */
  PLATEAU("plateau", false),
  /** What a detector of the user's looks for and says nothing more of. */
  OTHER("other", false);

  private final String label;
  private final boolean unsettling;

  ProblemFamily(String label, boolean unsettling) {
    this.label = label;
    this.unsettling = unsettling;
  }

  /**
   * Names the family as files and tables do.
   *
   * @return lower case words with underscores, e.g. {@code dead_relu}
   */
  public String label() {
    return label;
  }

  /**
   * Tells whether the weights of a network with such a problem may be worse than those before it:
   * no snapshot is taken then, and none proves healthy.
   *
   * @return false for what keeps a network from learning and does not take what was learned
   */
  public boolean isUnsettling() {
    return unsettling;
  }
}
