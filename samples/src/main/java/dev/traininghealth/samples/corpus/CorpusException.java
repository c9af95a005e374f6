package dev.traininghealth.samples.corpus;

/**
 * Thrown if a part of a corpus cannot be used; the message has the file or case, the value, and
 * what is allowed.
 */
public final class CorpusException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String message;

  CorpusException(String message) {
    super(message);
    this.message = message;
  }

  @Override
  public String getMessage() {
    return message;
  }
}
