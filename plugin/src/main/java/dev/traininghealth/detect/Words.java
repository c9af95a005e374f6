package dev.traininghealth.detect;

import dev.traininghealth.numbers.NetworkLayout;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;

/** Numbers and places in the sentences of diagnoses. */
final class Words {
  private Words() {}

  /** Three digits, in plain notation where that is short. */
  static String number(double value) {
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

  /** As Java and users write it, in three digits at most: {@code 0.001}. */
  static String plain(double value) {
    if (!Double.isFinite(value)) {
      return String.valueOf(value);
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(3)).stripTrailingZeros();
    return Math.abs(value) >= 1 ? rounded.toPlainString() : rounded.toString().replace('E', 'e');
  }

  /** A share in percent, with a decimal where it tells something. */
  static String percent(double share) {
    double percent = 100 * share;
    boolean whole = percent == Math.rint(percent) || (percent > 10 && percent < 99);
    return String.format(Locale.ROOT, whole ? "%.0f %%" : "%.1f %%", percent);
  }

  /** All of them as a sentence lists them: {@code 3, 17 and 31}. */
  static String list(List<String> words) {
    int last = words.size() - 1;
    return last < 1
        ? String.join("", words)
        : String.join(", ", words.subList(0, last)) + " and " + words.get(last);
  }

  /** A layer as the user knows it: number, name if it has one of its own, type and activation. */
  static String layer(NetworkLayout layout, int index) {
    return "layer " + numbered(layout, index);
  }

  /** Neighbouring layers by the first and the last of them. */
  static String layers(NetworkLayout layout, int first, int last) {
    return "layers " + numbered(layout, first) + " to " + numbered(layout, last);
  }

  private static String numbered(NetworkLayout layout, int index) {
    NetworkLayout.Layer layer = layout.layers().get(index);
    String name = layer.name();
    boolean named = !name.equals("layer" + index) && !name.equals(String.valueOf(index));
    return index
        + (named ? " \"" + name + "\"" : "")
        + " ("
        + layer.type()
        + (layer.activation().isEmpty() ? "" : ", " + layer.activation())
        + ")";
  }

  /** A parameter by DL4J's key, and its layer. */
  static String parameter(NetworkLayout layout, int index) {
    NetworkLayout.Parameter p = layout.parameters().get(index);
    return p.key() + " of " + layer(layout, p.layer());
  }

  /**
   * The matrix with the largest singular value above a bound, to be appended to a sentence; empty
   * without one.
   */
  static String largestSingularValue(History history, double bound) {
    double[] values = history.now().largestSingularValue;
    int largest = -1;
    for (int p = 0; p < values.length; p++) {
      if (values[p] > bound && (largest < 0 || values[p] > values[largest])) {
        largest = p;
      }
    }
    return largest < 0
        ? ""
        : "; the largest singular value of "
            + history.layout().parameters().get(largest).key()
            + " is "
            + number(values[largest]);
  }
}
