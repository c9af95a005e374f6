package dev.traininghealth.report;

import dev.traininghealth.text.ThrowableText;
import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

/**
 * There is nothing to report on, or the report cannot be written. The message names the file or
 * session and what to do.
 *
 * @hidden
 */
public final class ReportException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  ReportException(String message) {
    super(message);
  }

  ReportException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * {@return that the file of a report cannot be written}
   *
   * @param file the file
   * @param cause the reason
   */
  public static ReportException notWritten(Path file, IOException cause) {
    return new ReportException(
        "The report cannot be written to " + file + ": " + ThrowableText.of(cause), cause);
  }
}
