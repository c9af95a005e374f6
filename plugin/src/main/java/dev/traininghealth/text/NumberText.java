package dev.traininghealth.text;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;

/** Numbers as sentences, logs and summaries show them, the same on every machine. */
public final class NumberText {
  private NumberText() {}

  /**
   * Writes a measured value: three digits, in plain notation where that is short.
   *
   * @param value any, NaN and Infinity as well
   * @return e.g. {@code 0.0123}, {@code 31416} or {@code 1.2e-04}
   */
  public static String number(double value) {
    if (!Double.isFinite(value)) {
      return String.valueOf(value);
    }
    double magnitude = Math.abs(value);
    if (value == Math.rint(value) && magnitude < 1e6) {
      return String.valueOf((long) value);
    }
    return magnitude >= 1e-3 && magnitude < 1e5
        ? String.format(
            Locale.ROOT, magnitude >= 100 ? "%.0f" : magnitude >= 1 ? "%.2f" : "%.3g", value)
        : String.format(Locale.ROOT, "%.1e", value);
  }

  /**
   * Writes a setting as Java and users write it, in three digits at most.
   *
   * @param value any, NaN and Infinity as well
   * @return e.g. {@code 0.001}
   */
  public static String plain(double value) {
    if (!Double.isFinite(value)) {
      return String.valueOf(value);
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(3)).stripTrailingZeros();
    return Math.abs(value) >= 1 ? rounded.toPlainString() : rounded.toString().replace('E', 'e');
  }

  /**
   * Writes a share in percent, with a decimal where it tells something.
   *
   * @param share 1 for all
   * @return e.g. {@code 12 %} or {@code 0.5 %}
   */
  public static String percent(double share) {
    double percent = 100 * share;
    boolean whole = percent == Math.rint(percent) || (percent > 10 && percent < 99);
    return String.format(Locale.ROOT, whole ? "%.0f %%" : "%.1f %%", percent);
  }

  /**
   * Lists words as a sentence does.
   *
   * @param words in order
   * @return e.g. {@code 3, 17 and 31}
   */
  public static String list(List<String> words) {
    int last = words.size() - 1;
    return last < 1
        ? String.join("", words)
        : String.join(", ", words.subList(0, last)) + " and " + words.get(last);
  }
}
