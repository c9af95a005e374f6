package dev.traininghealth.run;

import dev.traininghealth.CapturedLog;

/** Gives tests of other packages the log of a class of this one. */
public final class UnwatchedTrainingLog {
  private UnwatchedTrainingLog() {}

  public static CapturedLog captured() {
    return new CapturedLog(UnwatchedTraining.class);
  }
}
