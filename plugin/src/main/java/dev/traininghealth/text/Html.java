package dev.traininghealth.text;

/**
 * Escapes text for use between tags, in a quoted attribute, or in a script of JSON.
 *
 * @hidden
 */
public final class Html {
  private Html() {}

  /**
   * Escapes text for use between tags or in a quoted attribute.
   *
   * @param text any text
   * @return HTML that a browser shows as this text
   */
  public static String escape(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c);
      }
    }
    return out.toString();
  }

  /**
   * Escapes JSON for use in a script element.
   *
   * @param json any JSON
   * @return the same JSON, which cannot end the script element that contains it
   */
  public static String inScript(String json) {
    return json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026");
  }
}
