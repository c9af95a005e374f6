package dev.traininghealth.record;

import java.io.Serial;

/**
 * Thrown if a record cannot be read because a newer version of the plugin wrote it, or because it
 * is damaged. The message is shown to the user of the page: it says what is wrong and, if possible,
 * what to do.
 */
public final class RecordException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message the problem of the record and what to do
   */
  public RecordException(String message) {
    super(message);
  }
}
