package dev.traininghealth.numbers;

/** What protection did to the step of one iteration; nothing if protection is off. */
public interface ProtectionStep {
  /**
   * {@return global gradient norm before clipping, mean over the minibatch, absent without a
   * clipping rule}
   */
  double gradientNorm();

  /**
   * {@return global gradient norm after clipping, mean over the minibatch, absent without a
   * clipping rule}
   */
  double clippedGradientNorm();

  /**
   * {@return gradient norm above which the rule clips at this iteration, mean over the minibatch,
   * absent if unknown}
   */
  double clipThreshold();

  /**
   * {@return whether a rule that leaves healthy gradients alone has clipped, always false in a dry
   * run}
   */
  boolean isClippedOnAlarm();

  /** {@return whether the step was skipped, always false in a dry run} */
  boolean isSkipped();

  /** {@return the factor on the configured learning rates, above 0, initially 1} */
  double learningRateFactor();

  /** {@return the minimum of {@link #learningRateFactor}, above 0, absent if nothing lowers it} */
  double minLearningRateFactor();
}
