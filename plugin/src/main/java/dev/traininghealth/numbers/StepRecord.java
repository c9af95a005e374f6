package dev.traininghealth.numbers;

/**
 * A writable {@link ProtectionStep}, refilled each iteration.
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

  /** Creates the record of a step that protection did not change. */
  public StepRecord() {}

  /**
   * Sets the minimum of the learning-rate factor.
   *
   * @param min the minimum, above 0; absent if nothing is lowered, as in a dry run
   */
  public void allow(double min) {
    minLearningRateFactor = min;
  }

  /**
   * Starts the record of another step, which protection has not changed yet.
   *
   * @param factor the factor on the configured learning rates, above 0
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
   * Records the result of a clipping rule.
   *
   * @param before global gradient norm before clipping, mean over the minibatch
   * @param after global gradient norm after clipping, mean over the minibatch
   * @param threshold norm above which the rule clips; NaN if unknown
   */
  public void clip(double before, double after, double threshold) {
    gradientNorm = before;
    clippedGradientNorm = after;
    clipThreshold = Double.isNaN(threshold) ? Measurement.absent() : threshold;
  }

  /** Records that a rule that leaves healthy gradients alone has clipped. */
  public void clipOnAlarm() {
    clippedOnAlarm = true;
  }

  /** Records that the step was skipped. */
  public void skip() {
    skipped = true;
  }

  /**
   * Makes this a copy of another record.
   *
   * @param other the record to copy
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
