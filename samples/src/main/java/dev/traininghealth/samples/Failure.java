package dev.traininghealth.samples;

/** Ends a sample with a message that needs no stack trace. */
final class Failure extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int WRONG_CALL = 2;

  private final int exitCode;

  private Failure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** A correct call that failed, for example because a file cannot be read. */
  static Failure of(String message) {
    return new Failure(1, message);
  }

  /** A call with wrong arguments. */
  static Failure ofCall(String message) {
    return new Failure(WRONG_CALL, message);
  }

  int exitCode() {
    return exitCode;
  }

  boolean isWrongCall() {
    return exitCode == WRONG_CALL;
  }
}
