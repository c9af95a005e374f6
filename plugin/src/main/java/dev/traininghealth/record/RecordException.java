package dev.traininghealth.record;

import java.io.Serial;

/**
 * A record that cannot be read: written by a newer version of the plugin, or damaged. The message
 * is meant for the user who looks at the page: it says what is wrong and, where something can be
 * done, what.
 */
public final class RecordException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * Creates one.
   *
   * @param message what is wrong with the record and what to do
   */
  public RecordException(String message) {
    super(message);
  }
}
