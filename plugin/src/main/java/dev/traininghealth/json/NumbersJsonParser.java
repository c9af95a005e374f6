package dev.traininghealth.json;

import dev.traininghealth.numbers.SavedNumbers;
import java.io.InvalidObjectException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses the text and the arrays of {@link NumbersJson}, whose bytes are not trusted. */
final class NumbersJsonParser {
  private static final Pattern ARRAY = Pattern.compile("(long|double)\\[([0-9]{1,9})]");

  private static final BoundedJson.Limits LIMITS =
      new BoundedJson.Limits(
          NumbersJson.MAX_JSON_BYTES, NumbersJson.MAX_DEPTH, NumbersJson.MAX_ENTRIES);

  private final ByteBuffer arrays;

  private NumbersJsonParser(ByteBuffer arrays) {
    this.arrays = arrays;
  }

  /**
   * Parses a text.
   *
   * @param arrays the larger arrays; the text must name all of them
   */
  static SavedNumbers parse(byte[] bytes, int offset, int length, ByteBuffer arrays)
      throws InvalidObjectException {
    Map<String, Object> fields = BoundedJson.read(bytes, offset, length, LIMITS);
    SavedNumbers numbers = new NumbersJsonParser(arrays).section(fields);
    if (arrays.hasRemaining()) {
      throw new InvalidObjectException("it continues after its end");
    }
    return numbers;
  }

  private SavedNumbers section(Map<?, ?> fields) throws InvalidObjectException {
    SavedNumbers numbers = new SavedNumbers();
    for (Map.Entry<?, ?> field : fields.entrySet()) {
      String name = String.valueOf(field.getKey());
      Object value = field.getValue();
      if (value instanceof Map<?, ?> section) {
        numbers.put(name, section(section));
      } else if (value instanceof List<?> array) {
        array(numbers, name, array);
      } else if (value instanceof Long number) {
        numbers.put(name, number);
      } else if (value instanceof String text && text.endsWith("]")) {
        largeArray(numbers, name, text);
      } else {
        numbers.put(name, number(name, value));
      }
    }
    return numbers;
  }

  /** Adds an array that has either only whole numbers or none. */
  private static void array(SavedNumbers numbers, String name, List<?> array)
      throws InvalidObjectException {
    if (array.size() > NumbersJson.MAX_INLINE_NUMBERS) {
      throw new InvalidObjectException(
          "an array in its text has more than " + NumbersJson.MAX_INLINE_NUMBERS);
    }
    long whole = array.stream().filter(Long.class::isInstance).count();
    if (array.isEmpty() || (whole > 0 && whole < array.size())) {
      throw new InvalidObjectException("an array in its text is empty or of two types");
    }
    if (whole > 0) {
      numbers.put(name, array.stream().mapToLong(Long.class::cast).toArray());
      return;
    }
    double[] doubles = new double[array.size()];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = number(name, array.get(i));
    }
    numbers.put(name, doubles);
  }

  private void largeArray(SavedNumbers numbers, String name, String text)
      throws InvalidObjectException {
    Matcher type = ARRAY.matcher(text);
    if (!type.matches()) {
      throw unexpected(name);
    }
    long length = Long.parseLong(type.group(2));
    if (8 * length > arrays.remaining()) {
      throw new InvalidObjectException("it ends within an array of " + length);
    }
    if (type.group(1).equals("long")) {
      long[] array = new long[(int) length];
      for (int i = 0; i < array.length; i++) {
        array[i] = arrays.getLong();
      }
      numbers.put(name, array);
    } else {
      double[] array = new double[(int) length];
      for (int i = 0; i < array.length; i++) {
        array[i] = arrays.getDouble();
      }
      numbers.put(name, array);
    }
  }

  private static double number(String name, @Nullable Object value) throws InvalidObjectException {
    Double number = BoundedJson.number(value);
    if (number == null || (value instanceof Number && !(value instanceof Double))) {
      throw unexpected(name);
    }
    return number;
  }

  private static InvalidObjectException unexpected(String name) {
    String shown = name.length() <= 80 ? name : name.substring(0, 80) + "…";
    return new InvalidObjectException("its " + shown + " is neither a number nor an array");
  }
}
