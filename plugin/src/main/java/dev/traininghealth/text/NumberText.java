package dev.traininghealth.text;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;

/**
 * Formats numbers for messages, logs, summaries and the page, independently of the locale. The
 * page's {@code format.js} follows the same rules.
 *
 * @hidden
 */
public final class NumberText {
  private static final MathContext FOUR_DIGITS = new MathContext(4);
  private static final MathContext THREE_DIGITS = new MathContext(3);

  private NumberText() {}

  /**
   * Formats a measured value or a setting.
   *
   * <p>It has four significant digits without trailing zeros. Plain notation is used if it is
   * short.
   *
   * @param value any number, including NaN and Infinity
   * @return e.g. {@code 0.0123}, {@code 31420} or {@code 1.2e-4}
   */
  public static String number(double value) {
    if (!Double.isFinite(value)) {
      return String.valueOf(value);
    }
    return written(new BigDecimal(value).round(FOUR_DIGITS));
  }

  /**
   * Formats a share in percent, with three significant digits.
   *
   * @param share 1 for all
   * @return e.g. {@code 12 %} or {@code 0.5 %}
   */
  public static String percent(double share) {
    if (!Double.isFinite(share)) {
      return share + " %";
    }
    return written(new BigDecimal(share).movePointRight(2).round(THREE_DIGITS)) + " %";
  }

  /**
   * Formats an iteration or a count.
   *
   * @param value any whole number
   * @return e.g. {@code 12,345}
   */
  public static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String written(BigDecimal rounded) {
    if (rounded.signum() == 0) {
      return "0";
    }
    BigDecimal stripped = rounded.stripTrailingZeros();
    int exponent = stripped.precision() - stripped.scale() - 1;
    return exponent >= -3 && exponent < 5
        ? stripped.toPlainString()
        : stripped.movePointLeft(exponent).toPlainString() + "e" + exponent;
  }

  /**
   * Joins words as a list in a sentence.
   *
   * @param words the words in order
   * @return e.g. {@code 3, 17 and 31}
   */
  public static String list(List<String> words) {
    int last = words.size() - 1;
    return last < 1
        ? String.join("", words)
        : String.join(", ", words.subList(0, last)) + " and " + words.get(last);
  }
}
