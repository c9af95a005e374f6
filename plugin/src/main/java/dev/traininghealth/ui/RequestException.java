package dev.traininghealth.ui;

import java.io.Serial;

/**
 * Thrown if a request cannot be answered; the message says why.
 *
 * @hidden
 */
public final class RequestException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final int status;

  private RequestException(int status, String message) {
    super(message);
    this.status = status;
  }

  /**
   * {@return the refusal of a request that has a mistake}
   *
   * @param message what is wrong, and what is allowed
   */
  public static RequestException badRequest(String message) {
    return new RequestException(400, message);
  }

  /**
   * {@return the refusal of a request that this server does not answer}
   *
   * @param message the reason
   */
  public static RequestException forbidden(String message) {
    return new RequestException(403, message);
  }

  /**
   * {@return the answer to a request for what does not exist}
   *
   * @param message what does not exist
   */
  public static RequestException notFound(String message) {
    return new RequestException(404, message);
  }

  /** {@return the answer to the request} */
  public Reply reply() {
    return Reply.message(status, String.valueOf(getMessage()));
  }
}
