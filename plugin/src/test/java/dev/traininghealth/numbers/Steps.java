package dev.traininghealth.numbers;

import java.util.function.Consumer;

/** Sets single values of what protection did to a step. */
public final class Steps {
  private Steps() {}

  public static void skipped(MeasurementWriter m, boolean skipped) {
    set(m, s -> s.skipped = skipped);
  }

  public static void clippedOnAlarm(MeasurementWriter m, boolean clipped) {
    set(m, s -> s.clippedOnAlarm = clipped);
  }

  public static void gradientNorm(MeasurementWriter m, double norm) {
    set(m, s -> s.gradientNorm = norm);
  }

  public static void clippedGradientNorm(MeasurementWriter m, double norm) {
    set(m, s -> s.clippedGradientNorm = norm);
  }

  public static void clipThreshold(MeasurementWriter m, double threshold) {
    set(m, s -> s.clipThreshold = threshold);
  }

  public static void learningRateFactor(MeasurementWriter m, double factor) {
    set(m, s -> s.learningRateFactor = factor);
  }

  public static void minLearningRateFactor(MeasurementWriter m, double factor) {
    set(m, s -> s.minLearningRateFactor = factor);
  }

  private static void set(MeasurementWriter m, Consumer<Step> change) {
    Step step = new Step(m.protection);
    change.accept(step);
    m.protection.copyFrom(step);
  }

  private static final class Step implements ProtectionStep {
    double gradientNorm;
    double clippedGradientNorm;
    double clipThreshold;
    boolean clippedOnAlarm;
    boolean skipped;
    double learningRateFactor;
    double minLearningRateFactor;

    Step(ProtectionStep from) {
      gradientNorm = from.gradientNorm();
      clippedGradientNorm = from.clippedGradientNorm();
      clipThreshold = from.clipThreshold();
      clippedOnAlarm = from.isClippedOnAlarm();
      skipped = from.isSkipped();
      learningRateFactor = from.learningRateFactor();
      minLearningRateFactor = from.minLearningRateFactor();
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
}
