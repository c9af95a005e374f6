package dev.traininghealth.samples.corpus;

/** Says what of a corpus cannot be used: the file or case, the value, and what would do. */
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
