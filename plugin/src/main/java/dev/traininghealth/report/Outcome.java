package dev.traininghealth.report;

/**
 * What a report says to a build.
 *
 * @hidden
 */
public enum Outcome {
  /** Enough was checked, and nothing of that severity was found. */
  CLEAN(0),
  /** Something of that severity was found. */
  FOUND(1),
  /** Nothing was found, but too little was checked or recorded to call it clean. */
  UNJUDGED(2);

  private final int exitCode;

  Outcome(int exitCode) {
    this.exitCode = exitCode;
  }

  /** {@return the exit code of a process that reports it} */
  public int exitCode() {
    return exitCode;
  }
}
