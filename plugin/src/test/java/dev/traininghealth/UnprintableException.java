package dev.traininghealth;

/** Fails when it is printed, as well. */
public final class UnprintableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  @Override
  public String getMessage() {
    throw new IllegalStateException("of the user's exception");
  }
}
