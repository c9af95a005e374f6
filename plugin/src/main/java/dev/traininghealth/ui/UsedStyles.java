package dev.traininghealth.ui;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rules of a style sheet that a page can use: those without a class, and those whose classes
 * the page or its scripts name. A library's sheet has thousands of others.
 */
final class UsedStyles {
  private static final Pattern CLASS = Pattern.compile("\\.(-?[A-Za-z_][\\w-]*)");

  /** What a selector excludes or requires in parentheses need not occur in the page. */
  private static final Pattern ARGUMENT = Pattern.compile("\\([^()]*\\)");

  /** At-rules whose block has rules again. */
  private static final Pattern NESTING = Pattern.compile("@(?:media|supports)\\b.*");

  private final String css;
  private final Set<String> words;
  private int at;

  private UsedStyles(String css, Set<String> words) {
    this.css = css;
    this.words = words;
  }

  /**
   * Reduces a style sheet.
   *
   * @param css the style sheet
   * @param words all names that occur in the page and its scripts
   */
  static String of(String css, Set<String> words) {
    return new UsedStyles(css, words).rules();
  }

  private String rules() {
    StringBuilder used = new StringBuilder();
    while (at < css.length()) {
      if (Character.isWhitespace(css.charAt(at))) {
        at++;
        continue;
      }
      if (css.startsWith("/*", at)) {
        String comment = comment();
        used.append(comment.startsWith("/*!") ? comment + "\n" : ""); // a license
        continue;
      }
      String prelude = until('{', ';').strip();
      if (at < css.length() && css.charAt(at) == '{') {
        at++;
        used.append(rule(prelude, block()));
      } else if (!prelude.isEmpty()) {
        used.append(prelude).append(";\n"); // for example @charset
      }
      at++;
    }
    return used.toString();
  }

  private String rule(String prelude, String block) {
    if (NESTING.matcher(prelude).matches()) {
      String inner = of(block, words);
      return inner.isEmpty() ? "" : prelude + "{\n" + inner + "}\n";
    }
    if (prelude.startsWith("@")) {
      return prelude + "{" + block + "}\n";
    }
    String selectors = String.join(",", selectors(prelude).stream().filter(this::isUsed).toList());
    return selectors.isEmpty() ? "" : selectors + "{" + block + "}\n";
  }

  private static List<String> selectors(String prelude) {
    List<String> selectors = new ArrayList<>();
    int depth = 0;
    int begin = 0;
    for (int i = 0; i < prelude.length(); i++) {
      char c = prelude.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c == ',' && depth == 0) {
        selectors.add(prelude.substring(begin, i).strip());
        begin = i + 1;
      }
    }
    selectors.add(prelude.substring(begin).strip());
    return selectors;
  }

  private boolean isUsed(String selector) {
    Matcher named = CLASS.matcher(ARGUMENT.matcher(selector).replaceAll(""));
    while (named.find()) {
      if (!words.contains(named.group(1))) {
        return false;
      }
    }
    return true;
  }

  private String comment() {
    int end = css.indexOf("*/", at);
    String comment = css.substring(at, end < 0 ? css.length() : end + 2);
    at += comment.length();
    return comment;
  }

  /** The text up to one of two characters outside of a quoted string. */
  private String until(char one, char other) {
    int begin = at;
    while (at < css.length() && css.charAt(at) != one && css.charAt(at) != other) {
      skip();
    }
    return css.substring(begin, at);
  }

  /** The text up to the end of a block that has begun. */
  private String block() {
    int begin = at;
    int depth = 1;
    while (at < css.length()) {
      char c = css.charAt(at);
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (depth == 0) {
        break;
      }
      skip();
    }
    return css.substring(begin, at);
  }

  /** Passes a character, or a quoted string. */
  private void skip() {
    char quote = css.charAt(at++);
    if (quote != '"' && quote != '\'') {
      return;
    }
    while (at < css.length() && css.charAt(at) != quote) {
      at += css.charAt(at) == '\\' ? 2 : 1;
    }
    at++;
  }
}
