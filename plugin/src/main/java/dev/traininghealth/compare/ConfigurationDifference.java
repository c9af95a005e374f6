package dev.traininghealth.compare;

import java.util.Objects;

/**
 * A setting in which the configurations of two runs differ.
 *
 * @param setting its name, e.g. {@code layer 0: iUpdater.learningRate}
 * @param baseline its value in the baseline run; empty for none
 * @param run its value in the run; empty for none
 */
public record ConfigurationDifference(String setting, String baseline, String run) {
  /** Checks that nothing is missing. */
  public ConfigurationDifference {
    Objects.requireNonNull(setting, "setting");
    Objects.requireNonNull(baseline, "baseline");
    Objects.requireNonNull(run, "run");
  }
}
