package dev.traininghealth.numbers;

/** What protection did to the step of one iteration. Where nothing protects, nothing was done. */
public interface ProtectionStep {
  /**
   * Gives the L2 norm of all gradients together before clipping.
   *
   * @return mean over the minibatch; {@link Measurement#absent} where nothing clips
   */
  double gradientNorm();

  /**
   * Gives the L2 norm of all gradients together after clipping.
   *
   * @return mean over the minibatch; {@link Measurement#absent} where nothing clips
   */
  double clippedGradientNorm();

  /**
   * Gives the norm above which the gradient is clipped at this iteration.
   *
   * @return mean over the minibatch; {@link Measurement#absent} where none is known
   */
  double clipThreshold();

  /**
   * Tells whether the gradient was clipped by a rule that leaves healthy gradients alone.
   *
   * @return false in a dry run
   */
  boolean isClippedOnAlarm();

  /**
   * Tells whether the step was skipped.
   *
   * @return false in a dry run
   */
  boolean isSkipped();

  /**
   * Gives what the configured learning rates are multiplied by.
   *
   * @return above 0; 1 at first
   */
  double learningRateFactor();

  /**
   * Gives the least that {@link #learningRateFactor} may come to.
   *
   * @return above 0; {@link Measurement#absent} where nothing lowers it
   */
  double minLearningRateFactor();
}
