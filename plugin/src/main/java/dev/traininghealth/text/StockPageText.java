package dev.traininghealth.text;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Writes the user's names for DL4J's own pages, which insert them unescaped into markup, paths and
 * headers.
 *
 * @hidden
 */
public final class StockPageText {
  /** Characters of a session that stay, apart from letters and digits of ASCII. */
  private static final String SAFE = "._,=@()+-";

  private static final char ESCAPE = '~';

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private StockPageText() {}

  /**
   * The session under which the stock pages know a session. It is the same for usual names. Any
   * other character is written as {@code ~} and two hexadecimal digits for each byte of UTF-8, so
   * that two sessions never have the same.
   *
   * @param session the session of the run
   * @return a session that needs no escaping in markup, in a path or in a header
   */
  public static String session(String session) {
    boolean onlyDots = session.chars().allMatch(c -> c == '.'); // a step within a path
    StringBuilder out = new StringBuilder(session.length());
    for (int i = 0; i < session.length(); ) {
      int c = session.codePointAt(i);
      int next = i + Character.charCount(c);
      boolean inner = i > 0 && next < session.length();
      if (isLetterOrDigit(c)
          || (SAFE.indexOf(c) >= 0 && !onlyDots)
          || (c == ' ' && inner)) { // a space at an end is lost
        out.appendCodePoint(c);
      } else {
        for (byte b : session.substring(i, next).getBytes(StandardCharsets.UTF_8)) {
          out.append(ESCAPE).append(HEX.toHexDigits(b));
        }
      }
      i = next;
    }
    return out.toString();
  }

  private static boolean isLetterOrDigit(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  /**
   * Whether a session may be the one that {@link #session} has made of another.
   *
   * @param session a session of a stock page
   * @return false if it is certainly the session itself
   */
  public static boolean isChanged(String session) {
    return session.indexOf(ESCAPE) >= 0;
  }

  /**
   * Escapes each string of a JSON text for HTML: {@link Html#escape} for names and values.
   *
   * @param json valid JSON
   * @return valid JSON of the same structure
   */
  public static String json(String json) {
    StringBuilder out = new StringBuilder(json.length() + 64);
    int from = 0; // All four characters occur in strings only; a quote there follows a backslash.
    for (int i = json.indexOf('\\');
        i >= 0 && i + 1 < json.length();
        i = json.indexOf('\\', from)) {
      out.append(escapeAllButQuotes(json.substring(from, i)));
      char escaped = json.charAt(i + 1);
      out.append(escaped == '"' ? "&quot;" : json.substring(i, i + 2));
      from = i + 2;
    }
    return out.append(escapeAllButQuotes(json.substring(from))).toString();
  }

  private static String escapeAllButQuotes(String json) {
    return Html.escape(json).replace("&quot;", "\"");
  }
}
