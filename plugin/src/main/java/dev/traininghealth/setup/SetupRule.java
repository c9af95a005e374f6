package dev.traininghealth.setup;

import dev.traininghealth.detect.FindingReporter;

/** One rule of the check before training. Its javadoc is its card, as that of a detector. */
interface SetupRule {
  /** The rule's name in findings, in lower case with hyphens. */
  String name();

  /** Whether it needs the network's layers, which a network without {@code init()} lacks. */
  default boolean needsLayers() {
    return true;
  }

  /** Reports what it finds. */
  void check(Setup setup, FindingReporter findings);
}
