package dev.traininghealth.ui;

import io.vertx.core.buffer.Buffer;

/** An answer to a request. */
record Reply(int status, String contentType, Buffer body) {

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
}
