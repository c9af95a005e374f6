package dev.traininghealth.report;

import java.io.Serial;

/**
 * There is nothing to report on. The message names the file or session and what to do.
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
}
