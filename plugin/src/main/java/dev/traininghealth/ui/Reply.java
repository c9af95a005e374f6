package dev.traininghealth.ui;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * An answer to a request.
 *
 * @param location the path to which the browser is sent, or null
 */
record Reply(int status, String contentType, Buffer body, @Nullable String location) {

  private Reply(int status, String contentType, Buffer body) {
    this(status, contentType, body, null);
  }

  static Reply html(String body) {
    return new Reply(200, "text/html; charset=utf-8", Buffer.buffer(body));
  }

  static Reply json(Buffer body) {
    return new Reply(200, "application/json; charset=utf-8", body);
  }

  /** A message for the client, as plain text, so that quoted input is never markup. */
  static Reply message(int status, String text) {
    return new Reply(status, "text/plain; charset=utf-8", Buffer.buffer(text));
  }

  /** Sends the browser to another path of this server. */
  static Reply redirect(String path) {
    return new Reply(302, "text/plain; charset=utf-8", Buffer.buffer(), path);
  }
}
