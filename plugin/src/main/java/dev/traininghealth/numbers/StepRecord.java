package dev.traininghealth.numbers;

/**
 * A {@link ProtectionStep} that is filled anew each iteration.
 *
 * @hidden
 */
public final class StepRecord implements ProtectionStep {
  private double gradientNorm = Measurement.absent();
  private double clippedGradientNorm = Measurement.absent();
  private double clipThreshold = Measurement.absent();
  private boolean clippedOnAlarm;
  private boolean skipped;
  private double learningRateFactor = 1;
  private double minLearningRateFactor = Measurement.absent();

  /** Creates the record of a step to which nothing was done. */
  public StepRecord() {}

  /**
   * Says how far learning rates may be lowered.
   *
   * @param min the least that they may be multiplied by, above 0
   */
  public void allow(double min) {
    minLearningRateFactor = min;
  }

  /**
   * Begins another step, to which nothing was done yet.
   *
   * @param factor what the configured learning rates are multiplied by, above 0
   */
  public void begin(double factor) {
    gradientNorm = Measurement.absent();
    clippedGradientNorm = Measurement.absent();
    clipThreshold = Measurement.absent();
    clippedOnAlarm = false;
    skipped = false;
    learningRateFactor = factor;
  }

  /**
   * Records what a clipping rule made of the gradient.
   *
   * @param before global norm before it, mean over the minibatch
   * @param after global norm after it
   * @param threshold norm above which the rule clips; NaN where none is known
   */
  public void clip(double before, double after, double threshold) {
    gradientNorm = before;
    clippedGradientNorm = after;
    clipThreshold = Double.isNaN(threshold) ? Measurement.absent() : threshold;
  }

  /** Records that the rule leaves healthy gradients alone, and did not leave this one alone. */
  public void clipOnAlarm() {
    clippedOnAlarm = true;
  }

  /** Records that the step was skipped. */
  public void skip() {
    skipped = true;
  }

  /**
   * Makes this a copy of another.
   *
   * @param other what to copy
   */
  public void copyFrom(ProtectionStep other) {
    gradientNorm = other.gradientNorm();
    clippedGradientNorm = other.clippedGradientNorm();
    clipThreshold = other.clipThreshold();
    clippedOnAlarm = other.isClippedOnAlarm();
    skipped = other.isSkipped();
    learningRateFactor = other.learningRateFactor();
    minLearningRateFactor = other.minLearningRateFactor();
  }

  @Override
  public double gradientNorm() {
    return gradientNorm;
  }

  @Override
  public double clippedGradientNorm() {
    return clippedGradientNorm;
  }

  @Override
  public double clipThreshold() {
    return clipThreshold;
  }

  @Override
  public boolean isClippedOnAlarm() {
    return clippedOnAlarm;
  }

  @Override
  public boolean isSkipped() {
    return skipped;
  }

  @Override
  public double learningRateFactor() {
    return learningRateFactor;
  }

  @Override
  public double minLearningRateFactor() {
    return minLearningRateFactor;
  }
}
