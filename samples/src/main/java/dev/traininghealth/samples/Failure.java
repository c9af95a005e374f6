package dev.traininghealth.samples;

/** Ends a sample: the message is all that its user needs to know. */
final class Failure extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int WRONG_CALL = 2;

  private final int exitCode;

  private Failure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** Something in the way of a right call, such as a file that cannot be read. */
  static Failure of(String message) {
    return new Failure(1, message);
  }

  /** A call that makes no sense. */
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
