package dev.traininghealth.ui;

import java.io.Serial;

/** Thrown if a request cannot be answered; the message says why. */
final class RequestException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final int status;

  private RequestException(int status, String message) {
    super(message);
    this.status = status;
  }

  static RequestException badRequest(String message) {
    return new RequestException(400, message);
  }

  static RequestException forbidden(String message) {
    return new RequestException(403, message);
  }

  static RequestException notFound(String message) {
    return new RequestException(404, message);
  }

  Reply reply() {
    return Reply.message(status, String.valueOf(getMessage()));
  }
}
