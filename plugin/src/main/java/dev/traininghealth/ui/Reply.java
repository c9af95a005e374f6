package dev.traininghealth.ui;

import java.util.Map;

/**
 * An answer to a request.
 *
 * @hidden
 * @param status the HTTP status
 * @param contentType the type of the body, with its charset
 * @param body the text of the answer, which is sent in UTF-8
 * @param headers further headers, by names in lower case
 */
public record Reply(int status, String contentType, String body, Map<String, String> headers) {

  private Reply(int status, String contentType, String body) {
    this(status, contentType, body, Map.of());
  }

  /**
   * {@return a page}
   *
   * @param body its markup
   */
  public static Reply html(String body) {
    return new Reply(200, "text/html; charset=utf-8", body);
  }

  /**
   * {@return a page about something that does not exist, at least not yet}
   *
   * @param body its markup
   */
  public static Reply missing(String body) {
    return new Reply(404, "text/html; charset=utf-8", body);
  }

  static Reply json(String body) {
    return new Reply(200, "application/json; charset=utf-8", body);
  }

  /**
   * {@return an answer of comma-separated values}
   *
   * @param body the lines
   */
  public static Reply csv(String body) {
    return new Reply(200, "text/csv; charset=utf-8", body);
  }

  /**
   * {@return a message for the client, as plain text, so that quoted input is never markup}
   *
   * @param status the HTTP status
   * @param text the message
   */
  public static Reply message(int status, String text) {
    return new Reply(status, "text/plain; charset=utf-8", text);
  }

  /**
   * {@return an answer that sends the browser to another path of this server}
   *
   * @param path the path
   */
  public static Reply redirect(String path) {
    return new Reply(302, "text/plain; charset=utf-8", "", Map.of("location", path));
  }
}
